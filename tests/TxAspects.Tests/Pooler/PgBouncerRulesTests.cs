using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

[TestClass]
public sealed class PgBouncerRulesTests : DatabaseTests
{
    [TestMethod]
    [DataRow("Max Auto Prepare=5", "Max Auto Prepare")]
    [DataRow("Options=-c lock_timeout=1s", "Options")]
    [DataRow("Search Path=shop", "Search Path")]
    public void Setting_that_would_be_lost_on_the_way_is_refused(string setting, string name)
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(
            () => PostgresConnect.Create<ShopContext>($"Host=localhost;{setting}", new() { ThroughPgBouncer = true }));

        StringAssert.Contains(refused.Message, $"'{name}'");
    }

    [TestMethod]
    public void Time_limit_that_is_such_a_setting_is_refused_as_well()
        => Assert.ThrowsExactly<ArgumentException>(() => PostgresConnect.Create<ShopContext>(
            "Host=localhost", new() { IdleInTransactionTimeout = TimeSpan.FromSeconds(1), ThroughPgBouncer = true }));

    [TestMethod]
    public async Task Unit_commits_and_rolls_back_through_it()
    {
        if (PgBouncer.Find() is null)
            Assert.Inconclusive("PgBouncer is not installed.");
        await using var pooler = await PgBouncer.StartAsync(Master.ConnectionString);
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(Master.ConnectionString) { Port = pooler.Port };
        await using var connect = PostgresConnect.Create<ShopContext>(settings.ConnectionString, new() { ThroughPgBouncer = true });

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea", connect);
            await Tx.AtomicAsync(connect, db => db.Orders.CountAsync(), WhenInTransaction.Savepoint);
            await InsertAsync("coffee", connect);
        });
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("lost", connect);
            throw new OutOfStockException();
        }));

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nobody_gets_in_through_the_pooler_of_the_tests_without_the_password()
    {
        if (PgBouncer.Find() is null)
            Assert.Inconclusive("PgBouncer is not installed.");
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(Master.ConnectionString) { Pooling = false };
        if (string.IsNullOrEmpty(settings.Password))
            Assert.Inconclusive("The server that was named asks for no password.");
        await using var pooler = await PgBouncer.StartAsync(Master.ConnectionString);
        (settings.Port, settings.Password) = (pooler.Port, "a guess");
        await using var connection = new Npgsql.NpgsqlConnection(settings.ConnectionString);

        await Assert.ThrowsExactlyAsync<Npgsql.PostgresException>(() => connection.OpenAsync());
    }
}
