using TxAspects.Testing;

namespace TxShop;

/// <summary>The database that is configured; without one, a temporary database for as long as the program runs.</summary>
/// <remarks>
/// It is for the first steps. Delete this class and the reference to TxAspects.Testing when there is a database to configure.
/// </remarks>
public sealed class ShopDatabase : IAsyncDisposable
{
    private readonly PostgresServer? _server;
    private readonly TemporaryDatabase? _database;

    private ShopDatabase(string connectionString) => ConnectionString = connectionString;

    private ShopDatabase(PostgresServer server, TemporaryDatabase database)
        : this(database.ConnectionString)
        => (_server, _database) = (server, database);

    public string ConnectionString { get; }

    public static async Task<ShopDatabase> FindAsync(string? configured)
    {
        if (!string.IsNullOrEmpty(configured))
            return new ShopDatabase(configured);

        // The server that TXASPECTS_POSTGRES names, or a private one made from the machine's PostgreSQL programs.
        var server = await PostgresServer.FindOrStartAsync();
        return new ShopDatabase(server, await TemporaryDatabase.CreateAsync(server));
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
