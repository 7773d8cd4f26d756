using System.Data.Common;

namespace TxAspects.UnitsOfWork;

/// <summary>What a failed COMMIT means.</summary>
internal static class CommitFailure
{
    private const string TransactionFailed = "25P02";

    /// <summary>The exception that says more than the driver's, or null where the one in hand says it all.</summary>
    public static Exception? Describe(Exception exception, string unitName, string connectName) => exception switch
    {
        DbException { SqlState: TransactionFailed } => Doom.ByFailedCommand(connectName, exception).ToException(unitName),

        // The driver refused before it sent anything.
        InvalidOperationException => Doom.ByEndedTransaction(connectName, exception).ToException(unitName),
        _ => null,
    };

    /// <summary>The exception for a flush that was refused because of what failed before it, or null where it failed by itself.</summary>
    public static Exception? DescribeFlush(Exception exception, string unitName, string connectName)
        => (exception as DbException ?? exception.InnerException) is DbException { SqlState: TransactionFailed }
            ? Doom.ByFailedCommand(connectName, exception).ToException(unitName)
            : null;
}
