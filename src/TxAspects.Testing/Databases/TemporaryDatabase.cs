using Npgsql;

namespace TxAspects.Testing;

/// <summary>A new database with a name of its own, dropped when disposed.</summary>
/// <remarks>It takes about 30 ms to make, so a test class, or a test, can have its own.</remarks>
public sealed class TemporaryDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private int _disposed;

    private TemporaryDatabase(PostgresServer server, string name)
    {
        _server = server;
        Name = name;
        ConnectionString = server.ConnectionStringFor(name);
    }

    /// <summary>The database's name, unique on its server.</summary>
    public string Name { get; }

    /// <summary>Reaches this database.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates a database on <paramref name="server"/>, as a copy of <paramref name="template"/> when one is given.</summary>
    /// <inheritdoc cref="PostgresServer.CreateDatabaseAsync" path="/remarks"/>
    /// <exception cref="PostgresException">The template is missing or in use.</exception>
    public static async Task<TemporaryDatabase> CreateAsync(
        PostgresServer server, string? template = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        var database = new TemporaryDatabase(server, $"txaspects_{Guid.NewGuid():n}");
        await server.CreateDatabaseAsync(database.Name, template, cancellationToken).ConfigureAwait(false);
        return database;
    }

    /// <summary>Ends the connections to the database and drops it. A server that was stopped already took it along.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1 || _server.IsDisposed)
            return;

        ClearPool();
        await _server.DropDatabaseAsync(Name).ConfigureAwait(false);
    }

    private void ClearPool()
    {
        using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
