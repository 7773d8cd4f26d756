namespace TxAspects.Tests;

/// <summary>Where a branch is when its unit ends.</summary>
public enum HeldAt
{
    /// <summary>In the connect's own handler, before its session is made.</summary>
    BeforeCreateSession,

    /// <summary>The pool has no connection left.</summary>
    WaitingForConnection,

    /// <summary>The server has accepted the connection, which is not open yet.</summary>
    Opening,

    /// <summary>The connection waited in the pool, and the server is asked whether it is still there.</summary>
    Checking,

    /// <summary>The connection was dead, and the server has accepted another one for the same command, which is not open yet.</summary>
    OpeningAgain,

    /// <summary>The connection was dead; in an interceptor's ConnectionOpened of another one for the same command.</summary>
    OpenAgain,

    /// <summary>The connection was dead, and the same command is on the way over another one.</summary>
    SentAgain,

    /// <summary>In an interceptor's TransactionStarting.</summary>
    AboutToBegin,

    /// <summary>In an interceptor's TransactionStarted: the driver sends BEGIN with the first command.</summary>
    Begun,

    /// <summary>BEGIN and the first command are on the way to the server.</summary>
    BeginSent,

    /// <summary>In an interceptor's CommandExecuting, before the first command.</summary>
    FirstCommand,

    /// <summary>The server is at work on the first command.</summary>
    Running,

    /// <summary>Some rows are read, others not.</summary>
    Reading,

    /// <summary>In an interceptor's SavingChanges.</summary>
    SavingChanges,

    /// <summary>In an interceptor's SavedChanges.</summary>
    SavedChanges,

    /// <summary>One piece of work is done, the next one not begun.</summary>
    BetweenCommands,

    /// <summary>In a hook before the branch's own early commit.</summary>
    InHook,
}
