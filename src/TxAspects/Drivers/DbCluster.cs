using System.Data.Common;

namespace TxAspects.Drivers;

/// <summary>Chooses among the servers of one engine whenever a session opens its connection.</summary>
public abstract class DbCluster
{
    /// <summary>Whether commits tell the position in the server's log, which read-only units can wait for.</summary>
    protected internal abstract bool TellsPosition { get; }

    /// <summary>Whether one position is after another.</summary>
    protected internal abstract bool IsAfter(string position, string other);

    /// <summary>Asks a connection for the position in the server's log.</summary>
    protected internal abstract ValueTask<string> AskPositionAsync(DbConnection connection, bool async);

    /// <summary>Opens a connection to the server that takes writes.</summary>
    protected internal abstract ValueTask<DbConnection> OpenPrimaryAsync(
        DbDataSource engine, bool async, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a connection for a read-only unit: to a standby that has reached the position, or to the primary where none has in time.
    /// </summary>
    /// <param name="engine">The engine of the connect.</param>
    /// <param name="position">The position that an earlier commit told, or null.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>Null where no standby can be reached.</returns>
    protected internal abstract ValueTask<DbConnection?> OpenStandbyAsync(
        DbDataSource engine, string? position, bool async, CancellationToken cancellationToken);
}
