using Npgsql;
using TxAspects.Testing;

namespace TxAspects.TwoPhase.Tests;

/// <summary>Two databases on two servers, the recovery for them, and what can be seen of both from outside.</summary>
internal sealed class Ledgers : IAsyncDisposable
{
    private readonly TemporaryPostgres[] _servers;
    private readonly NpgsqlDataSource[] _observers;
    private readonly DbConnect[] _connects;

    private Ledgers(TemporaryPostgres[] servers)
    {
        _servers = servers;
        _observers = Array.ConvertAll(servers, server => NpgsqlDataSource.Create(server.ConnectionStringFor("ledger")));
        _connects = [LedgerContext.Connect(servers[0].ConnectionStringFor("ledger"), "first"),
            LedgerContext.Connect(servers[1].ConnectionStringFor("ledger"), "second")];
    }

    public string First => ConnectionString(0);

    public string Second => ConnectionString(1);

    public static async Task<Ledgers> CreateAsync()
    {
        var servers = await Task.WhenAll(StartAsync(), StartAsync());
        foreach (var server in servers)
            await server.CreateDatabaseAsync("ledger");
        var ledgers = new Ledgers(servers);
        foreach (var observer in ledgers._observers)
            await ExecuteAsync(observer, LedgerContext.Schema);
        return ledgers;
    }

    public Task<TwoPhaseRecoveryReport> RecoverAsync()
        => new PostgresTwoPhaseRecovery(_connects) { GracePeriod = TimeSpan.Zero }.RecoverAsync();

    /// <summary>Transactions that are prepared, in both databases.</summary>
    public Task<long> PreparedAsync() => SumAsync("SELECT count(*) FROM pg_prepared_xacts");

    /// <summary>Returns when the servers have ended what killed clients had asked for.</summary>
    public async Task WaitUntilIdleAsync()
    {
        for (var attempt = 0; await SumAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim'") > 0; attempt++)
        {
            Assert.IsLessThan(3000, attempt, "A server still works for a client that is dead.");
            await Task.Delay(2);
        }
    }

    /// <summary>
    /// How many units are in both databases; fails where one is in one of them alone, or one that was promised is in none.
    /// </summary>
    public async Task<int> CheckAsync(IEnumerable<Guid> promised)
    {
        Assert.AreEqual(0, await PreparedAsync(), "A transaction is still prepared.");
        var first = await ReadAsync(_observers[0]);
        var second = await ReadAsync(_observers[1]);
        Assert.AreEqual(0, first.Except(second).Count(), "A unit is in the first database alone.");
        Assert.AreEqual(0, second.Except(first).Count(), "A unit is in the second database alone.");
        Assert.AreEqual(0, promised.Except(first).Count(), "A unit returned and is in neither database.");
        return first.Count;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connect in _connects)
            await connect.DisposeAsync();
        foreach (var observer in _observers)
            await observer.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    private static Task<TemporaryPostgres> StartAsync()
        => TemporaryPostgres.StartAsync(new TemporaryPostgresOptions { Settings = { ["max_prepared_transactions"] = "200" } });

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<HashSet<Guid>> ReadAsync(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand("SELECT coalesce(array_agg(id), '{}') FROM entries");
        return [.. (Guid[])(await command.ExecuteScalarAsync())!];
    }

    private async Task<long> SumAsync(string sql)
    {
        var sum = 0L;
        foreach (var observer in _observers)
        {
            await using var command = observer.CreateCommand(sql);
            sum += (long)(await command.ExecuteScalarAsync())!;
        }

        return sum;
    }

    private string ConnectionString(int server)
        => new NpgsqlConnectionStringBuilder(
            _servers[server].ConnectionStringFor("ledger")) { ApplicationName = "victim" }.ConnectionString;
}
