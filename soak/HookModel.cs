namespace TxAspects.Soak;

/// <summary>Three hooks added at the same place, one for each moment, and how often they ran.</summary>
/// <param name="sequence">What the unit had done before.</param>
/// <param name="isAwaited">Whether they are asynchronous.</param>
public sealed class HookModel(int sequence, bool isAwaited)
{
    private int _committing;
    private int _committed;
    private int _rolledBack;

    public int Sequence => sequence;

    public bool IsAwaited => isAwaited;

    public HookFate Fate { get; set; }

    public bool IsWaiting => Fate is HookFate.Open or HookFate.Undone;

    /// <summary>Whether they ran as they must have.</summary>
    public bool IsRight => _committing <= 1 && Fate switch
    {
        HookFate.Committed => (_committing, _committed, _rolledBack) is (1, 1, 0),
        HookFate.RolledBack => (_committed, _rolledBack) is (0, 1),
        HookFate.Never => (_committed, _rolledBack) is (0, 0),
        HookFate.Unclear => _committed + _rolledBack <= 1,
        _ => false,
    };

    public void RunsBeforeCommit() => Interlocked.Increment(ref _committing);

    public void RunsAfterCommit() => Interlocked.Increment(ref _committed);

    public void RunsAfterRollback() => Interlocked.Increment(ref _rolledBack);

    public override string ToString()
        => $"hooks that should have seen {Fate} ran {_committing} times before a commit, {_committed} after one, {_rolledBack} after a " +
           "rollback";
}
