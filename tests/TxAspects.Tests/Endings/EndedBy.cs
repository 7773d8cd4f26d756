namespace TxAspects.Tests;

/// <summary>How the unit, or its work, ends while a branch is held.</summary>
public enum EndedBy
{
    /// <summary>The body returns, and has forgotten the branch.</summary>
    Return,
    Throw,
    Timeout,

    /// <summary>Tx.RollbackAllAsync; the unit goes on and returns when the branch has ended.</summary>
    RollbackAll,
    CloseAll,
    CommitAll,

    /// <summary>A scope is disposed without having been completed.</summary>
    Disposal,
    SynchronousReturn,
    SynchronousThrow,

    /// <summary>The first attempt fails with something transient; the second one lets the branch of the first go on.</summary>
    Retry,
}
