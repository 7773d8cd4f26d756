using TxAspects.Sessions.Transactions;

namespace TxAspects.Units.Hooks;

/// <summary>
/// What is to run around the end of a unit's work, in the order in which it was added. A hook belongs to the nested call or block in which
/// it was added.
/// </summary>
internal sealed class HookList(UnitOfWork unit)
{
    private readonly List<Hook> _pending = [];    // lock on it: branches may add hooks at once
    private List<Hook>? _undone;     // rollback hooks of nested work that was undone; they run at the end

    public bool IsEmpty
    {
        get
        {
            lock (_pending)
                return _pending.Count == 0;
        }
    }

    public bool HasCommitting
    {
        get
        {
            lock (_pending)
                return _pending.Exists(hook => hook.Moment == HookMoment.Committing);
        }
    }

    public void Add(Hook hook)
    {
        lock (_pending)
            _pending.Add(hook);
    }

    /// <summary>Throws where a hook can only be awaited and the end cannot await.</summary>
    public void EnsureRunnable(bool async)
    {
        lock (_pending)
        {
            if (!async && _pending.Exists(hook => hook.IsAsynchronous))
                throw Hook.CannotRunSynchronously();
        }
    }

    /// <summary>Takes the hooks before a commit that are there now: those of a nested call or block, or with null all.</summary>
    public IReadOnlyList<Hook> TakeCommitting(Mark? inside)
    {
        lock (_pending)
        {
            var taken = _pending.FindAll(hook => hook.Moment == HookMoment.Committing && Mark.IsInside(hook.Mark, inside));
            _pending.RemoveAll(taken.Contains);
            return taken;
        }
    }

    /// <summary>
    /// Runs the hooks for what became of the work and drops the others. A hook that throws is reported, and the next one runs.
    /// </summary>
    public async ValueTask RunAfterAsync(HookMoment moment, Mark? inside, bool async, Action<Exception> report)
    {
        // A hook may add hooks, so this ends when none is left.
        while (Take(moment, inside) is { Count: > 0 } hooks)
        {
            foreach (var hook in hooks)
            {
                try
                {
                    await RunningHook.RunAsync(unit, hook, async).ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    report(exception);
                }
            }
        }
    }

    /// <summary>Moves the rollback hooks of work that was undone before the end to those that run now.</summary>
    public void AddUndone()
    {
        lock (_pending)
        {
            if (_undone is null)
                return;

            _pending.AddRange(_undone);
            _undone = null;
        }
    }

    /// <summary>The work of a nested call or block was undone: its hooks will not see a commit.</summary>
    public void Undo(Mark mark)
    {
        lock (_pending)
        {
            (_undone ??= []).AddRange(_pending.Where(hook => hook.Moment == HookMoment.RolledBack && Mark.IsInside(hook.Mark, mark)));
            _pending.RemoveAll(hook => Mark.IsInside(hook.Mark, mark));
        }
    }

    /// <summary>The work ended in neither way that a hook waits for. Hooks of work undone before keep their turn.</summary>
    public void DropPending()
    {
        lock (_pending)
            _pending.Clear();
    }

    private List<Hook> Take(HookMoment moment, Mark? inside)
    {
        lock (_pending)
        {
            var taken = _pending.FindAll(hook => Mark.IsInside(hook.Mark, inside));
            _pending.RemoveAll(hook => Mark.IsInside(hook.Mark, inside));
            taken.RemoveAll(hook => hook.Moment != moment);
            return taken;
        }
    }
}
