using System.Data.Common;

namespace TxAspects.UnitsOfWork;

/// <summary>What a failed COMMIT means.</summary>
internal static class CommitFailure
{
    private const string TransactionFailed = "25P02";

    /// <summary>The exception that says more than the driver's, or null where the driver's is the server's own clear answer.</summary>
    public static Exception? Describe(Exception exception, string unitName, string connectName)
        => (exception as DbException)?.SqlState switch
        {
            TransactionFailed => Doom.ByFailedCommand(connectName, exception).ToException(unitName),
            null => new CommitOutcomeUnknownException(unitName, connectName, exception),
            var state when IsConnectionLost(state) => new CommitOutcomeUnknownException(unitName, connectName, exception),
            _ => null,
        };

    /// <summary>The exception for a flush that was refused because of what failed before it, or null where it failed by itself.</summary>
    public static Exception? DescribeFlush(Exception exception, string unitName, string connectName)
        => exception is DbException { SqlState: TransactionFailed } ? Doom.ByFailedCommand(connectName, exception).ToException(unitName) : null;

    // Class 08 and 57P0x of https://www.postgresql.org/docs/current/errcodes-appendix.html: the server ended the connection.
    private static bool IsConnectionLost(string sqlState)
        => sqlState.StartsWith("08", StringComparison.Ordinal) || sqlState.StartsWith("57P", StringComparison.Ordinal);
}
