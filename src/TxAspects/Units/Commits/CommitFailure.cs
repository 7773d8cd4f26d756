using TxAspects.Sessions;

namespace TxAspects.Units.Commits;

/// <summary>What a failed commit means.</summary>
internal static class CommitFailure
{
    /// <summary>The exception that says more than the driver's, or null where the one in hand says it all.</summary>
    public static Exception? Describe(Exception exception, Session session) => exception switch
    {
        _ when session.Engine.Driver.IsTransactionFailed(exception)
            => Doom.ByFailedCommand(session.ConnectName, exception).ToException(session.Owner.Name),

        // The driver refused before it sent anything.
        InvalidOperationException => Doom.ByEndedTransaction(session.ConnectName, exception).ToException(session.Owner.Name),
        _ => null,
    };

    /// <summary>The exception for a flush that was refused because of what failed before it, or null where it failed by itself.</summary>
    public static Exception? DescribeFlush(Exception exception, Session session)
        => exception.Causes().Any(session.Engine.Driver.IsTransactionFailed)
            ? Doom.ByFailedCommand(session.ConnectName, exception).ToException(session.Owner.Name)
            : null;
}
