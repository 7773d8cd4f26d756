namespace TxAspects.UnitsOfWork;

/// <summary>What is to run around the end of a unit's work, in the order in which it was added.</summary>
internal sealed class Hooks
{
    private readonly List<Hook> _pending = [];    // lock on it: branches may add hooks at once
    private List<Hook>? _undone;     // rollback hooks of nested work that was undone; they run at the end
    private int _added;

    public bool IsEmpty
    {
        get
        {
            lock (_pending)
                return _pending.Count == 0;
        }
    }

    /// <summary>The position of the next hook. It only grows: hooks that have run leave the list, so an index there would not last.</summary>
    public int NextPosition
    {
        get
        {
            lock (_pending)
                return _added;
        }
    }

    public void Add(Hook hook)
    {
        lock (_pending)
        {
            hook.Position = _added++;
            _pending.Add(hook);
        }
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

    /// <summary>Runs the hooks before a commit, those added meanwhile included. The first that throws ends it.</summary>
    public async ValueTask RunCommittingAsync(int from, bool async)
    {
        while (Next() is { } hook)
            await hook.RunAsync(async).ConfigureAwait(false);

        Hook? Next()
        {
            lock (_pending)
            {
                var index = _pending.FindIndex(hook => hook.Position >= from && hook.Moment == HookMoment.Committing);
                if (index < 0)
                    return null;

                var hook = _pending[index];
                _pending.RemoveAt(index);
                return hook;
            }
        }
    }

    /// <summary>Runs the hooks for what became of the work and drops the others. A hook that throws is reported, and the next one runs.</summary>
    public async ValueTask RunAfterAsync(HookMoment moment, int from, bool async, Action<Exception> report)
    {
        // A hook may add hooks, so this ends when none is left.
        while (Take(moment, from) is { Count: > 0 } hooks)
        {
            foreach (var hook in hooks)
            {
                try
                {
                    await hook.RunAsync(async).ConfigureAwait(false);
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

    /// <summary>The work since a position was undone: its hooks will not see a commit.</summary>
    public void UndoSince(int position)
    {
        lock (_pending)
        {
            (_undone ??= []).AddRange(_pending.Where(hook => hook.Position >= position && hook.Moment == HookMoment.RolledBack));
            _pending.RemoveAll(hook => hook.Position >= position);
        }
    }

    /// <summary>The work ended in neither way that a hook waits for. Hooks of work undone before keep their turn.</summary>
    public void DropPending()
    {
        lock (_pending)
            _pending.Clear();
    }

    private List<Hook> Take(HookMoment moment, int from)
    {
        lock (_pending)
        {
            var taken = _pending.FindAll(hook => hook.Position >= from);
            _pending.RemoveAll(hook => hook.Position >= from);
            taken.RemoveAll(hook => hook.Moment != moment);
            return taken;
        }
    }
}
