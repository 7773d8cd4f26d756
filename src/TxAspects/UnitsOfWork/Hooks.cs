namespace TxAspects.UnitsOfWork;

/// <summary>What is to run around the end of a unit's work, in the order in which it was added.</summary>
internal sealed class Hooks
{
    private readonly List<Hook> _pending = [];    // lock on it: branches may add hooks at once
    private readonly List<Hook> _undone = [];     // rollback hooks of nested work that was undone; they run at the end

    public int Count
    {
        get
        {
            lock (_pending)
                return _pending.Count;
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

    /// <summary>Runs the hooks before a commit, those added meanwhile included. The first that throws ends it.</summary>
    public async ValueTask RunCommittingAsync(int from, bool async)
    {
        while (Next() is { } hook)
            await hook.RunAsync(async).ConfigureAwait(false);

        Hook? Next()
        {
            lock (_pending)
            {
                var index = _pending.FindIndex(Math.Min(from, _pending.Count), hook => hook.Moment == HookMoment.Committing);
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
            _pending.AddRange(_undone);
            _undone.Clear();
        }
    }

    /// <summary>The work since <paramref name="count"/> was undone: its hooks will not see a commit.</summary>
    public void UndoSince(int count)
    {
        lock (_pending)
        {
            count = Math.Min(count, _pending.Count);
            _undone.AddRange(_pending.Skip(count).Where(hook => hook.Moment == HookMoment.RolledBack));
            _pending.RemoveRange(count, _pending.Count - count);
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
            from = Math.Min(from, _pending.Count);
            var taken = _pending.GetRange(from, _pending.Count - from);
            _pending.RemoveRange(from, taken.Count);
            taken.RemoveAll(hook => hook.Moment != moment);
            return taken;
        }
    }
}
