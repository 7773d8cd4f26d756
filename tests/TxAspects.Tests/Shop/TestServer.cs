using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>The server of this run and the template its databases are cloned from.</summary>
[TestClass]
public static class TestServer
{
    private static readonly string Template = $"txaspects_template_{Environment.ProcessId}";

    public static PostgresServer Server { get; private set; } = null!;

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context)
    {
        Server = await PostgresServer.FindOrStartAsync(cancellationToken: context.CancellationToken);
        await Server.CreateDatabaseAsync(Template, cancellationToken: context.CancellationToken);
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Server.ConnectionStringFor(Template)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(context.CancellationToken);
        await using var command = new NpgsqlCommand(ShopContext.Schema, connection);
        await command.ExecuteNonQueryAsync(context.CancellationToken);
    }

    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        await Server.DropDatabaseAsync(Template);
        await Server.DisposeAsync();
        await TwoPhaseServers.StopAsync();
    }

    public static Task<TemporaryDatabase> CreateDatabaseAsync() => TemporaryDatabase.CreateAsync(Server, Template);
}
