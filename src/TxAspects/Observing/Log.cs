using Microsoft.Extensions.Logging;

namespace TxAspects.Observing;

/// <summary>Every log message, with its fixed event id.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Unit of work '{Unit}' can only roll back: {Reason}.")]
    public static partial void Doomed(this ILogger log, string unit, string reason, Exception? exception);

    [LoggerMessage(2, LogLevel.Error, "Rolling back the session of '{Connect}' in unit of work '{Unit}' failed; the server rolls it back " +
                                      "when it notices that the connection is gone.")]
    public static partial void RollbackFailed(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "Closing the session of '{Connect}' in unit of work '{Unit}' failed.")]
    public static partial void CloseFailed(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "A hook that runs after unit of work '{Unit}' ended threw; its outcome stands and the other hooks " +
                                      "run.")]
    public static partial void HookFailed(this ILogger log, string unit, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "Unit of work '{Unit}' was to commit although an exception left it (CommitOn), but the commit " +
                                      "failed and its work was rolled back.")]
    public static partial void CommitOnFailed(this ILogger log, string unit, Exception exception);

    [LoggerMessage(60, LogLevel.Error, "Disposing the scope in which the services of unit of work '{Unit}' lived failed; its outcome " +
                                       "stands.")]
    public static partial void ScopeDisposalFailed(this ILogger log, string unit, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Work of unit '{Unit}' ended as {State}, which is neither committed nor rolled back: its hooks " +
                                        "for after the end do not run.")]
    public static partial void HooksDropped(this ILogger log, string unit, UnitOfWorkState state);

    [LoggerMessage(8, LogLevel.Error, "The session of '{Connect}' in unit of work '{Unit}' is still running a command for a task that " +
                                      "was not awaited; its connection is given back when that has ended.")]
    public static partial void SessionStuck(this ILogger log, string connect, string unit);

    [LoggerMessage(9, LogLevel.Warning,
        "Cancelling the command that the session of '{Connect}' in unit of work '{Unit}' is running failed.")]
    public static partial void CancelFailed(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "'{Component}' is given a '{Context}' by its container, which is not the session of its units " +
                                         "of work: what it saves stays when they roll back. Register the connect with AddTxConnect, " +
                                         "or let it take the DbConnect and ask Tx.SessionAsync for the session.")]
    public static partial void ContextInjected(this ILogger log, string component, string context);

    [LoggerMessage(40, LogLevel.Warning, "Unit of work '{Unit}' has been open for {Open}, longer than WarnWhenOpenLongerThan. Dispose " +
                                         "the scope it was opened with, or do what takes long outside it.")]
    public static partial void OpenTooLong(this ILogger log, string unit, TimeSpan open);

    [LoggerMessage(41, LogLevel.Warning, "Unit of work '{Unit}' has been idle in a transaction on '{Connect}' for {Idle}, longer than " +
                                         "WarnWhenIdleInTransactionLongerThan, and holds its connection and its locks. Commit early, or " +
                                         "do what takes long before the first command.")]
    public static partial void IdleInTransactionTooLong(this ILogger log, string unit, string connect, TimeSpan idle);

    [LoggerMessage(42, LogLevel.Warning, "Nobody has read the sequence of unit of work '{Unit}' on for {Idle}, so the unit is rolled " +
                                         "back. Dispose the enumerator where the sequence is left early, or read it in less time.")]
    public static partial void SequenceAbandoned(this ILogger log, string unit, TimeSpan idle);

    [LoggerMessage(43, LogLevel.Error, "Disposing the sequence of unit of work '{Unit}', which nobody read on, failed; the unit is " +
                                       "rolled back all the same.")]
    public static partial void SequenceEndFailed(this ILogger log, string unit, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "Attempt {Attempt} of unit of work '{Unit}' failed and is repeated after {Delay}.")]
    public static partial void Retrying(this ILogger log, int attempt, string unit, TimeSpan delay, Exception exception);

    [LoggerMessage(24, LogLevel.Warning, "Unit of work '{Unit}' is committed in '{Connect}', but asking for its position in the log " +
                                         "failed; read-only units cannot wait for it.")]
    public static partial void PositionUnknown(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(80, LogLevel.Warning, "No standby of '{Connect}' can be reached: its read-only units take the primary from now on.")]
    public static partial void NoStandby(this ILogger log, string connect);

    [LoggerMessage(81, LogLevel.Information, "A standby of '{Connect}' can be reached again: its read-only units take it from now on.")]
    public static partial void StandbyAgain(this ILogger log, string connect);

    [LoggerMessage(20, LogLevel.Warning, "The connection to '{Connect}' was lost while unit of work '{Unit}' was committing; its marker " +
                                         "shows that it is committed.")]
    public static partial void CommitFound(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(21, LogLevel.Error, "Looking up what became of the commit of unit of work '{Unit}' in '{Connect}' failed; its outcome " +
                                       "stays unknown.")]
    public static partial void CommitNotFound(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(22, LogLevel.Warning, "Unit of work '{Unit}' is committed, but its part in '{Connect}' could not be told so and stays " +
                                         "prepared until the recovery commits it.")]
    public static partial void LeftToCommit(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(23, LogLevel.Warning, "Unit of work '{Unit}' is rolled back, but its part in '{Connect}' could not be told so and may " +
                                         "stay prepared until the recovery rolls it back.")]
    public static partial void LeftToRollBack(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "The transaction of '{Connect}' in unit of work '{Unit}' was ended by user code past the " +
                                         "library, or was cut off while it began, so nobody knows what was kept.")]
    public static partial void EndedByOthers(this ILogger log, string connect, string unit);

    [LoggerMessage(12, LogLevel.Error, "An interceptor that was told of the end of the transaction of '{Connect}' in unit of work " +
                                       "'{Unit}' threw; the end stands.")]
    public static partial void CommittedInterceptorFailed(this ILogger log, string connect, string unit, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "Unit of work '{Unit}' has more than {Count} savepoints in its transaction on '{Connect}', one " +
                                         "for each save. Save less often, or set MaxSaveSavepoints.")]
    public static partial void ManySavepoints(this ILogger log, string unit, string connect, int count);

    [LoggerMessage(14, LogLevel.Warning,
        "The contexts '{Context}' of '{Connect}' are not pooled, because user code can put state on them that would reach the next unit: " +
        "{Members}. Give DbConnectOptions.Reset, which puts it back, or remove the setters.")]
    public static partial void NotPooled(this ILogger log, string context, string connect, string members);

    [LoggerMessage(15, LogLevel.Error, "An observer that was told of unit of work '{Unit}' threw; the unit goes on.")]
    public static partial void ObserverFailed(this ILogger log, string unit, Exception exception);
}
