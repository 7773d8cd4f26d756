using System.Data.Common;

namespace TxAspects;

/// <summary>Chooses among the servers of one engine whenever a session opens its connection. <c>PostgresConnect.CreateCluster</c> makes the one for PostgreSQL.</summary>
public abstract class DbCluster
{
    /// <summary>Asks for the position in the server's log, in the batch that commits and after its COMMIT. Null where nobody wants to know.</summary>
    protected internal abstract string? PositionQuery { get; }

    /// <summary>Whether one position is after another.</summary>
    protected internal abstract bool IsAfter(string position, string other);

    /// <summary>Opens a connection to the server that takes writes.</summary>
    protected internal abstract ValueTask<DbConnection> OpenPrimaryAsync(DbDataSource engine, bool async, CancellationToken cancellationToken);

    /// <summary>Opens a connection for a read-only unit: to a standby that has reached the position, or to the primary where none has in time.</summary>
    /// <param name="engine">The engine of the connect.</param>
    /// <param name="position">What <see cref="PositionQuery"/> gave for an earlier commit, or null.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>Null where no standby can be reached.</returns>
    protected internal abstract ValueTask<DbConnection?> OpenStandbyAsync(DbDataSource engine, string? position, bool async, CancellationToken cancellationToken);
}
