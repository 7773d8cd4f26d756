namespace TxAspects.Testing;

/// <summary>Thrown when a temporary PostgreSQL server does not start.</summary>
public sealed class PostgresStartException : Exception
{
    internal PostgresStartException(string cause, string remedy, string log)
        : base($"The temporary PostgreSQL server did not start. {cause} {remedy}".TrimEnd()) => Log = log;

    /// <summary>
    /// The last lines the server, or 'initdb', wrote. Empty when it wrote none. They may quote settings, and so are not in the message.
    /// </summary>
    public string Log { get; }
}
