using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

[TestClass]
public sealed class PostgresConnectTests : DatabaseTests
{
    [TestMethod]
    public async Task Idle_in_transaction_timeout_is_set_for_every_connection_and_keeps_other_options()
    {
        var settings = new NpgsqlConnectionStringBuilder(Master.ConnectionString) { Options = "-c lock_timeout=1234" };
        await using var connect = PostgresConnect.Create<ShopContext>(
            settings.ConnectionString, new() { IdleInTransactionTimeout = TimeSpan.FromSeconds(7) });

        Assert.AreEqual("7s", await ShowAsync(connect, "idle_in_transaction_session_timeout"));
        Assert.AreEqual("1234ms", await ShowAsync(connect, "lock_timeout"));
    }

    [TestMethod]
    public async Task Server_ends_a_unit_that_is_idle_for_longer_and_nothing_of_it_is_kept()
    {
        await using var connect = PostgresConnect.Create<ShopContext>(
            Master.ConnectionString, new() { IdleInTransactionTimeout = TimeSpan.FromMilliseconds(50) });

        var failure = await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(async () =>
        {
            await (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            await Master.WaitForNoBackendAsync("state = 'idle in transaction'");
        }));

        Assert.AreEqual("25P03", (failure as PostgresException ?? failure.InnerException as PostgresException)?.SqlState);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Reserved_connections_are_left_to_units_inside_others()
    {
        var settings = new NpgsqlConnectionStringBuilder(Master.ConnectionString) { MaxPoolSize = 2, Timeout = 60 };
        await using var connect = PostgresConnect.Create<ShopContext>(settings.ConnectionString, new() { ReservedConnections = 1 });

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Tx.RunAsync(async () =>
        {
            await (await Tx.SessionAsync(connect)).Orders.CountAsync();
            await Tx.RunInNewContextAsync(async () => await (await Tx.SessionAsync(connect)).Orders.CountAsync());
        }))));
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(5)]
    public void Reserving_all_connections_or_fewer_than_none_is_refused(int reserved)
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => PostgresConnect.Create<ShopContext>("Host=localhost;Maximum Pool Size=5", new() { ReservedConnections = reserved }));

    [TestMethod]
    public void Timeout_of_nothing_is_refused()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => PostgresConnect.Create<ShopContext>("Host=localhost", new() { IdleInTransactionTimeout = TimeSpan.Zero }));

    private static async Task<string> ShowAsync(DbConnect<ShopContext> connect, string setting)
        => await Tx.RunAsync(async () => (await (await Tx.SessionAsync(connect)).Database.SqlQuery<string>(
            $"SELECT current_setting({setting}) AS \"Value\"").ToListAsync()).Single());
}
