using System.Net.Sockets;
using Npgsql;
using TxAspects;
using TxAspects.Testing;

namespace SampleConsole.Database;

/// <summary>Failures that concern the database as a whole, in one line for the user.</summary>
internal static class DatabaseFailure
{
    /// <summary>The line, or null where the exception is something else. Names no connection string.</summary>
    public static string? Describe(Exception exception)
        => exception switch
        {
            PostgresNotFoundException or PostgresStartException => exception.Message,
            PostgresException refused => $"The database refuses: {refused.MessageText}.",
            CommitOutcomeUnknownException =>
                "The database was lost while it committed an order, which may be in or not.",
            NpgsqlException { InnerException: { } inner } => Describe(inner) ?? NotReached(inner),
            SocketException or NpgsqlException or TimeoutException => NotReached(exception),
            { InnerException: { } inner } => Describe(inner),
            _ => null,
        };

    /// <summary>Whether nobody knows what became of a commit, so that the next run has to find out.</summary>
    public static bool IsUnknownCommit(this Exception? exception)
        => exception is CommitOutcomeUnknownException || (exception is not null && exception.InnerException.IsUnknownCommit());

    private static string NotReached(Exception cause) => $"The database cannot be reached: {cause.Message.TrimEnd('.')}.";
}
