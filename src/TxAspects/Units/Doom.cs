using TxAspects.Sessions;

namespace TxAspects.Units;

/// <summary>Why a unit can only roll back.</summary>
/// <param name="FailedIn">The inner method or the connect in which it happened.</param>
/// <param name="Reason">What happened and what to do, as the end of a sentence.</param>
/// <param name="Cause">The failure, where there was one.</param>
internal sealed record Doom(string FailedIn, string Reason, Exception? Cause)
{
    /// <summary>The words given to <c>Tx.SetRollbackOnly</c>, where that was it.</summary>
    public string? Request { get; private init; }

    public UnitOfWorkDoomedException ToException(string unitName) => new(unitName, FailedIn, Reason, Cause);

    /// <summary>What forbids to commit this session's transaction, or null.</summary>
    public static Doom? Of(Session session)
    {
        if (session.Gate.HasLost)
            return ByEndedTransaction(session.ConnectName, session.Gate.Commands.Failure);

        return session.Gate.Commands.Failure is { } failure ? ByFailedCommand(session.ConnectName, failure) : null;
    }

    public static Doom ByInnerCall(string methodName, Exception cause)
        => new(methodName,
            $"'{methodName}' joined it and failed with {cause.GetType().Name}. " +
            $"Let that exception pass, declare '{methodName}' with Propagation.Nested, or undo the half-done work with Tx.RollbackAllAsync",
            cause);

    public static Doom ByInnerRequest(string methodName, string reason)
        => new(methodName, $"'{methodName}' joined it and called Tx.SetRollbackOnly with the reason '{reason}'", null);

    public static Doom ByRequest(string unitName, string reason)
        => new(unitName, $"Tx.SetRollbackOnly was called with the reason '{reason}'", null) { Request = reason };

    public static Doom ByDisposal(string connectName)
        => new(connectName,
            $"its session of '{connectName}' was disposed by user code, and what it had not committed is gone. " +
            "The unit owns its sessions: let no 'using' and no container dispose them, or call Tx.CloseAsync", null);

    public static Doom ByFailedCommit(string connectName, Exception cause)
        => new(connectName,
            $"an early commit of '{connectName}' failed with {cause.GetType().Name}, and its work is gone. " +
            "Let that exception pass, or start over with Tx.RollbackAsync", cause);

    public static Doom ByFailedCommand(string connectName, Exception? cause)
        => new(connectName,
            $"a command on the session of '{connectName}' failed and was not undone, so the database would turn the commit into a " +
            "rollback. Let that exception pass, or run the command inside Tx.AtomicAsync with WhenInTransaction.Savepoint", cause);

    public static Doom ByEndedTransaction(string connectName, Exception? cause)
        => new(connectName,
            $"the transaction of '{connectName}' was over before its commit, because a failed command had lost the connection or user " +
            "code ended it in SQL. Let the exceptions of commands pass, and end transactions with Tx.CommitAsync and Tx.RollbackAsync",
            cause);

    public static Doom ByJoinedBlock(string connectName, Exception cause)
        => new(connectName,
            $"an atomic block joined the transaction of '{connectName}', failed with {cause.GetType().Name}, and rolled all of it back. " +
            "Let that exception pass, use WhenInTransaction.Savepoint, or start over with Tx.RollbackAsync", cause);

    public static Doom ByOtherFlow(string methodName, string otherName, string connectName)
        => new(methodName,
            $"'{methodName}' failed while '{otherName}' used the session of '{connectName}' at the same time, so the work of the one " +
            "cannot be undone without that of the other. Await one before the other begins, or give each a unit of its own with " +
            "[NewContext]", null);

    public static Doom ByOthersEnd(string methodName, string otherName, string connectName)
        => new(methodName,
            $"'{otherName}' ended the transaction of '{connectName}' while '{methodName}' was at work in it, so that its work cannot be " +
            "kept as a whole. Await one before the other begins, or give each a unit of its own with [NewContext]", null);
}
