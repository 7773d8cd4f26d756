using Npgsql;
using TxAspects.Model.Tests.Library;
using TxAspects.Testing;

namespace TxAspects.Model.Tests;

/// <summary>The database of this run.</summary>
[TestClass]
public static class TestRun
{
    private static PostgresServer? _server;
    private static TemporaryDatabase? _database;

    public static string ConnectionString => _database!.ConnectionString;

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _server = await PostgresServer.FindOrStartAsync(cancellationToken: context.CancellationToken);
        _database = await TemporaryDatabase.CreateAsync(_server);
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(ModelContext.Schema);
        await command.ExecuteNonQueryAsync(context.CancellationToken);
    }

    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }
}
