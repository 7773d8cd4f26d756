using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>The server of this run and the template its databases are cloned from.</summary>
[TestClass]
public static class TestServer
{
    private static readonly string Template = $"txaspects_template_{Environment.ProcessId}";

    private static PgBouncer? _pooler;

    public static PostgresServer Server { get; private set; } = null!;

    /// <summary>
    /// The port on which the tests' connects reach the server: a PgBouncer's where TXASPECTS_TESTS_PGBOUNCER is 1, else null for the
    /// server's own.
    /// </summary>
    public static int? PoolerPort => _pooler?.Port;

    /// <summary>
    /// What the tests' connects are told of the commit with the last save: true where TXASPECTS_TESTS_COMMIT_WITH_SAVE is 1, else nothing.
    /// </summary>
    public static bool? CommitsWithSave { get; } =
        Environment.GetEnvironmentVariable("TXASPECTS_TESTS_COMMIT_WITH_SAVE") is "1" ? true : null;

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context)
    {
        Server = await PostgresServer.FindOrStartAsync(cancellationToken: context.CancellationToken);
        if (Environment.GetEnvironmentVariable("TXASPECTS_TESTS_PGBOUNCER") is "1")
            _pooler = await PgBouncer.StartAsync(Server.ConnectionStringFor("postgres"));
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
        if (_pooler is not null)
            await _pooler.DisposeAsync();
        await Server.DropDatabaseAsync(Template);
        await Server.DisposeAsync();
        await TwoPhaseServers.StopAsync();
    }

    public static Task<TemporaryDatabase> CreateDatabaseAsync() => TemporaryDatabase.CreateAsync(Server, Template);
}
