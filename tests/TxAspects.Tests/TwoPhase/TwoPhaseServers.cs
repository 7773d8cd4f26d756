using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>Two servers that keep prepared transactions, started by the first test that needs them.</summary>
public static class TwoPhaseServers
{
    private static readonly Lazy<Task<TemporaryPostgres>> First = new(StartAsync);
    private static readonly Lazy<Task<TemporaryPostgres>> Second = new(StartAsync);

    public static async Task<TestDatabase> CreateMasterAsync() => await CreateAsync(await First.Value, "master");

    public static async Task<TestDatabase> CreateArchiveAsync() => await CreateAsync(await Second.Value, "archive");

    public static async Task StopAsync()
    {
        foreach (var server in new[] { First, Second }.Where(server => server.IsValueCreated))
            await (await server.Value).DisposeAsync();
    }

    private static Task<TemporaryPostgres> StartAsync()
        => TemporaryPostgres.StartAsync(new TemporaryPostgresOptions { Settings = { ["max_prepared_transactions"] = "200" } });

    private static async Task<TestDatabase> CreateAsync(TemporaryPostgres server, string name)
    {
        var database = await TestDatabase.CreateOnAsync(server, name);
        await database.ExecuteAsync("CREATE TABLE txaspects_decisions (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz " +
                                    "NOT NULL DEFAULT now())");
        return database;
    }
}
