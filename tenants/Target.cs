using Npgsql;
using TxAspects.Testing;
using TxAspects.Tests;

namespace TxAspects.Tenants;

/// <summary>A database with tenants, on a server of its own, and a way to look at it from outside.</summary>
public sealed class Target : IAsyncDisposable
{
    private static readonly AsyncLocal<string?> Ambient = new();

    private readonly PostgresServer _server;
    private readonly TemporaryDatabase _database;
    private readonly PgBouncer? _pooler;
    private readonly NpgsqlDataSource _observer;

    private Target(PostgresServer server, TemporaryDatabase database, PgBouncer? pooler)
    {
        (_server, _database, _pooler) = (server, database, pooler);
        _observer = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "observer", MaxPoolSize = 8 });
    }

    /// <summary>The tenant of the flow that runs here; null for none.</summary>
    public static string? Tenant
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public static async Task<Target> CreateAsync(bool throughPooler)
    {
        var server = await PostgresServer.FindOrStartAsync();
        var database = await TemporaryDatabase.CreateAsync(server);
        var pooler = throughPooler ? await PgBouncer.StartAsync(server.ConnectionStringFor("postgres")) : null;
        var target = new Target(server, database, pooler);
        await target.ExecuteAsync(TenantContext.Schema);
        return target;
    }

    public DbConnect<TenantContext> Connect(int connections)
    {
        var settings = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { ApplicationName = "load", MaxPoolSize = connections };
        if (_pooler is not null)
            settings.Port = _pooler.Port;
        return PostgresConnect.Create<TenantContext>(settings.ConnectionString, new()
        {
            Name = "rows",
            ThroughPgBouncer = _pooler is not null,
            UnitNameOnServer = true,
            DeadlineOnServer = true,
            Variables = variables => variables.Set("role", () => "txaspects_tenant").Set("app.tenant", () => Tenant),
        });
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _observer.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using var command = _observer.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var list = new List<string>();
        while (await reader.ReadAsync())
            list.Add(reader.GetString(0));
        return list;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = _observer.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_pooler is not null)
            await _pooler.DisposeAsync();
        await _observer.DisposeAsync();
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }
}
