namespace TxAspects;

/// <summary>What a <see cref="UnitStep"/> is.</summary>
public enum UnitStepKind
{
    /// <summary>A call that joined the unit.</summary>
    Joined,

    /// <summary>A nested call, which is kept or undone by itself.</summary>
    Nested,

    /// <summary>An atomic block.</summary>
    Block,

    /// <summary>The body returned or was left by an exception: the end of the unit begins. It takes no time.</summary>
    BodyEnd,

    /// <summary>A connection is taken from the pool or opened.</summary>
    Connection,

    /// <summary>The connection went back to the pool, or was lost. It takes no time.</summary>
    ConnectionClosed,

    /// <summary>A transaction began. Its BEGIN goes out with the next command, so it takes no time.</summary>
    Transaction,

    /// <summary>A command of the session's context, until its rows are read.</summary>
    Command,

    /// <summary>A statement of the library's own.</summary>
    Statement,

    /// <summary>User code got the connection: the commands that it sends there are not seen. It takes no time.</summary>
    HandedOut,

    /// <summary>A savepoint. Where the driver sends it with the next command it takes no time.</summary>
    Savepoint,

    /// <summary>The session went back to a savepoint.</summary>
    RollbackToSavepoint,

    /// <summary>The commit of one session, early or at the end.</summary>
    Commit,

    /// <summary>The first phase of a commit in two phases.</summary>
    Prepare,

    /// <summary>The rollback of one session, early or at the end.</summary>
    Rollback,

    /// <summary>A hook.</summary>
    HookRun,

    /// <summary>From here on the unit can only roll back. It takes no time.</summary>
    Doomed,

    /// <summary><c>Tx.SetRollbackOnly</c> was called. It takes no time.</summary>
    RollbackRequest,
}
