namespace TxAspects.Testing;

/// <summary>Thrown when a temporary PostgreSQL server does not start.</summary>
public sealed class PostgresStartException : Exception
{
    internal PostgresStartException(string cause, string remedy, string log)
        : base($"The temporary PostgreSQL server did not start. {cause} {remedy}" + (log.Length == 0 ? "" : $"{Environment.NewLine}{log}"))
        => Log = log;

    /// <summary>The last lines the server, or 'initdb', wrote. Empty when it wrote none.</summary>
    public string Log { get; }
}
