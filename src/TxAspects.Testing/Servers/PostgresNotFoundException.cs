namespace TxAspects.Testing;

/// <summary>Thrown when no PostgreSQL server binaries are found.</summary>
public sealed class PostgresNotFoundException : Exception
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public PostgresNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal static PostgresNotFoundException Because(string cause)
        => new($"No PostgreSQL server can be started. {cause} Install the package 'postgresql', set TXASPECTS_PGBIN to the folder " +
               "that holds 'postgres' and 'initdb', or set TXASPECTS_POSTGRES to the connection string of an existing server.");
}
