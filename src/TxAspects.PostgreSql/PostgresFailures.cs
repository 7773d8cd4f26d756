using System.Net.Sockets;
using Npgsql;

namespace TxAspects.PostgreSql;

/// <summary>Failures that are gone after a while, although Npgsql does not call them transient.</summary>
internal static class PostgresFailures
{
    // https://www.postgresql.org/docs/current/errcodes-appendix.html; 08P01 is what a killed PgBouncer client sees.
    private const string IdleInTransactionTimeout = "25P03";
    private const string TransactionTimeout = "25P04";
    private const string ProtocolViolation = "08P01";
    private const string IdleSessionTimeout = "57P05";

    // A server that does not answer in time has the same inner exception.
    public static bool IsPoolExhausted(Exception exception) => exception switch
    {
        NpgsqlException { InnerException: TimeoutException, Message: var message } => message.StartsWith(
            "The connection pool has been exhausted", StringComparison.Ordinal),
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.Any(IsPoolExhausted),
        _ => false,
    };

    public static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException { SqlState: IdleInTransactionTimeout or TransactionTimeout or ProtocolViolation } => true,
        PostgresException => false,

        // Of several hosts none was suitable: the failure of each is in an AggregateException, or none was tried.
        NpgsqlException { InnerException: AggregateException } => true,
        _ => HasTriedNone(exception),
    };

    /// <summary>Whether the server has ended the connection, or it broke.</summary>
    public static bool IsConnectionLost(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } => state is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or
            IdleSessionTimeout,
        NpgsqlException { InnerException: IOException or SocketException } => true,
        _ => false,
    };

    /// <summary>Whether of several hosts none was tried, because what is known of them speaks against all.</summary>
    public static bool HasTriedNone(Exception exception)
        => exception is NpgsqlException { InnerException: null } and not PostgresException &&
           exception.Message.StartsWith("No suitable host", StringComparison.Ordinal);
}
