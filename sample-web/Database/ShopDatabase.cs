using Npgsql;
using TxAspects.Testing;

namespace SampleWeb.Database;

/// <summary>A temporary database for one run of the program, on a server of its own or on the one that TXASPECTS_POSTGRES names.</summary>
internal sealed class ShopDatabase : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly TemporaryDatabase _database;

    private ShopDatabase(PostgresServer server, TemporaryDatabase database) => (_server, _database) = (server, database);

    public string ConnectionString => _database.ConnectionString;

    public static async Task<ShopDatabase> StartAsync(CancellationToken cancellationToken)
    {
        var server = await PostgresServer.FindOrStartAsync(cancellationToken: cancellationToken);
        try
        {
            return new ShopDatabase(server, await TemporaryDatabase.CreateAsync(server, cancellationToken: cancellationToken));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the tables that are missing.</summary>
    public static async Task PrepareAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        using var reader = new StreamReader(typeof(ShopDatabase).Assembly.GetManifestResourceStream("schema.sql")!);
        var plain = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(plain.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(await reader.ReadToEndAsync(cancellationToken), connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }
}
