namespace TxAspects.Testing;

/// <summary>Thrown when no PostgreSQL server binaries are found.</summary>
public sealed class PostgresNotFoundException : Exception
{
    internal PostgresNotFoundException(string cause)
        : base($"No PostgreSQL server can be started. {cause} Install the package 'postgresql', set TXASPECTS_PGBIN to the folder " +
               "that holds 'postgres' and 'initdb', or set TXASPECTS_POSTGRES to the connection string of an existing server.")
    {
    }
}
