using Npgsql;
using TxAspects.Testing;

namespace SampleConsole.Database;

/// <summary>The database of one import: found or made, given its tables, and kept from a second import meanwhile.</summary>
internal sealed class ShopDatabase : IAsyncDisposable
{
    private const long ImportLock = 0x53686F70;   // any number, as long as every import takes the same

    private readonly PostgresServer? _server;
    private readonly TemporaryDatabase? _temporary;

    private ShopDatabase(PostgresServer? server, TemporaryDatabase? temporary, string connectionString)
    {
        (_server, _temporary, ConnectionString) = (server, temporary, connectionString);
        Plain = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
    }

    public string ConnectionString { get; }

    /// <summary>A connection past the library, for the schema, the lock and the check.</summary>
    public NpgsqlConnection Plain { get; }

    /// <summary>Uses the database the user named, else makes a temporary one.</summary>
    public static async Task<ShopDatabase> FindAsync(string? connectionString, Action<string> say, CancellationToken cancellationToken)
    {
        if (connectionString is not null)
            return new ShopDatabase(null, null, connectionString);

        if (Environment.GetEnvironmentVariable(PostgresServer.ConnectionVariable) is { Length: > 0 } named)
            ConnectionStrings.Checked(named, PostgresServer.ConnectionVariable);

        var server = await PostgresServer.FindOrStartAsync(cancellationToken: cancellationToken);
        try
        {
            var temporary = await TemporaryDatabase.CreateAsync(server, cancellationToken: cancellationToken);
            var what = server is TemporaryPostgres
                ? "PostgreSQL server"
                : $"database on the server named by {PostgresServer.ConnectionVariable}";
            say($"No --connection given: using a temporary {what}, gone when the program ends.");
            return new ShopDatabase(server, temporary, temporary.ConnectionString);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for another import on this database to end, and makes the tables that are missing.</summary>
    public async Task PrepareAsync(Action<string> say, CancellationToken cancellationToken)
    {
        await Plain.OpenAsync(cancellationToken);
        if (!await PlainSql.ScalarAsync<bool>(Plain, $"SELECT pg_try_advisory_lock({ImportLock})", cancellationToken))
        {
            say("Another import runs on this database: waiting for it to end.");
            await PlainSql.ExecuteAsync(Plain, $"SELECT pg_advisory_lock({ImportLock})", cancellationToken, timeout: 0);
        }

        await using var transaction = await Plain.BeginTransactionAsync(cancellationToken);
        await PlainSql.ExecuteAsync(Plain, await ReadSchemaAsync(), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Plain.DisposeAsync();
        if (_temporary is not null)
            await _temporary.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private static async Task<string> ReadSchemaAsync()
    {
        using var reader = new StreamReader(typeof(ShopDatabase).Assembly.GetManifestResourceStream("schema.sql")!);
        return await reader.ReadToEndAsync();
    }
}
