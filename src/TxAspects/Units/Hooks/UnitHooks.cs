using TxAspects.Observing;
using TxAspects.Sessions.Transactions;
using TxAspects.Units.Ambient;

namespace TxAspects.Units.Hooks;

/// <summary>The hooks of one unit, and where they run. Made with the first.</summary>
internal sealed class UnitHooks(UnitOfWork unit)
{
    private readonly HookList _list = new(unit);
    private HookMoment? _running;    // after the end

    public bool IsEmpty => _list.IsEmpty;

    /// <summary>Whether a hook before the commit has not run.</summary>
    public bool HasCommitting => _list.HasCommitting;

    /// <summary>What the hooks before the commit that ran last have thrown; null where they threw nothing.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Adds a hook, as long as its moment is still to come.</summary>
    /// <exception cref="UnitOfWorkEndedException">It has passed.</exception>
    public void Add(Hook hook)
    {
        if (unit.IsSynchronous && hook.IsAsynchronous)
            throw Hook.CannotRunSynchronously();
        if (unit.IsEnded && _running != hook.Moment)
            throw UnitOfWorkEndedException.ForHook(unit.Name, hook.Name);

        _list.Add(hook);
    }

    public void EnsureRunnable(bool async) => _list.EnsureRunnable(async);

    /// <summary>
    /// Runs the hooks before a commit that are there now; those they add wait for the next round. The first that throws ends it.
    /// </summary>
    /// <param name="inside">Those of a nested call or block alone; null for all.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <returns>The last that ran; null where none did.</returns>
    public async ValueTask<Hook?> RunBeforeAsync(Mark? inside, bool async)
    {
        Failure = null;
        if (_list.IsEmpty)
            return null;

        var deadline = unit.DeadlineHere;
        Hook? last = null;
        try
        {
            _list.EnsureRunnable(async);
            foreach (var hook in _list.TakeCommitting(inside))
            {
                last = hook;

                // What a hook does belongs to the call in which it was added, whoever commits.
                using var entered = AmbientUnit.Enter(new UnitNode(unit, UnitPlace.BeforeCommit, hook.Mark, deadline));
                await RunningHook.RunAsync(unit, hook, async).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }

        return last;
    }

    /// <summary>Runs the hooks for what became of the work, with no unit ambient.</summary>
    public async ValueTask RunAfterAsync(HookMoment moment, Mark? inside, bool async)
    {
        if (_list.IsEmpty)
            return;

        _running = moment;
        using var outside = AmbientUnit.Enter(new UnitNode(unit, UnitPlace.AfterEnd, inside, Deadline: null));
        await _list.RunAfterAsync(moment, inside, async, exception => unit.Log.HookFailed(unit.Name, exception)).ConfigureAwait(false);
        _running = null;
    }

    /// <summary>Runs the hooks for what became of the unit, and those for rollbacks inside it.</summary>
    public async ValueTask RunAtEndAsync(UnitOfWorkState state, bool async)
    {
        switch (state)
        {
            case UnitOfWorkState.Committed:
                await RunAfterAsync(HookMoment.Committed, inside: null, async).ConfigureAwait(false);
                break;
            case UnitOfWorkState.RolledBack:
                await RunAfterAsync(HookMoment.RolledBack, inside: null, async).ConfigureAwait(false);
                break;
            default:
                Drop(state);
                break;
        }

        _list.AddUndone();
        await RunAfterAsync(HookMoment.RolledBack, inside: null, async).ConfigureAwait(false);
    }

    /// <summary>The work of a nested call or block was undone.</summary>
    public void Undo(Mark mark) => _list.Undo(mark);

    /// <summary>The work ended in neither way that a hook waits for.</summary>
    public void Drop(UnitOfWorkState state)
    {
        if (_list.IsEmpty)
            return;

        _list.DropPending();
        unit.Log.HooksDropped(unit.Name, state);
    }
}
