namespace TxAspects.Testing;

/// <summary>Thrown when a temporary PostgreSQL server does not start.</summary>
public sealed class PostgresStartException : Exception
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public PostgresStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal PostgresStartException(string cause, string remedy, string log)
        : base($"The temporary PostgreSQL server did not start. {cause} {remedy}".TrimEnd()) => Log = log;

    /// <summary>
    /// The last lines the server, or 'initdb', wrote. Empty when it wrote none. They may quote settings, and so are not in the message.
    /// </summary>
    public string Log { get; init; } = "";
}
