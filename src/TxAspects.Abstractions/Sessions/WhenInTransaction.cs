namespace TxAspects;

/// <summary>What an atomic block does with a session that has uncommitted work when the block begins.</summary>
/// <remarks>Uncommitted work is an open transaction, or changes in the tracker that were not saved yet.</remarks>
public enum WhenInTransaction
{
    /// <summary>Commit that work first, then run the block in a transaction of its own. The default.</summary>
    Commit,

    /// <summary>Roll that work back first, then run the block in a transaction of its own.</summary>
    Rollback,

    /// <summary>Continue in it, and commit or roll back all of it. A block that throws also dooms the unit.</summary>
    Join,

    /// <summary>Throw <see cref="TransactionOpenException"/>; for code that must not be called in the middle of something.</summary>
    Throw,

    /// <summary>Nest: a failure undoes the block alone, and the commit is left to the unit.</summary>
    Savepoint,
}
