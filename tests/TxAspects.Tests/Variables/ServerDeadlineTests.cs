using System.Globalization;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>The server knows a unit's deadline.</summary>
[TestClass]
public sealed class ServerDeadlineTests : DatabaseTests
{
    private DbConnect<ShopContext> _shop = null!;

    [TestInitialize]
    public void CreateShop() => _shop = Master.Create(options => options with { DeadlineOnServer = true });

    [TestCleanup]
    public async Task DisposeShopAsync() => await _shop.DisposeAsync();

    [TestMethod]
    public Task Statements_are_limited_to_what_is_left()
        => Tx.RunAsync(
            async () =>
            {
                var limit = await LimitAsync();
                Assert.IsInRange(1, 100_000, limit);
                Assert.IsGreaterThan(50_000, limit);
            },
            new UnitOfWorkOptions { TimeoutSeconds = 100 });

    [TestMethod]
    public Task Unit_without_a_limit_tells_nothing()
        => Tx.RunAsync(async () => Assert.AreEqual(0, await LimitAsync()));

    [TestMethod]
    public Task Limit_is_the_units_and_not_that_of_the_call_that_begins()
        => Tx.RunAsync(
            async () =>
            {
                await Tx.RunAsync(
                    async () => Assert.IsGreaterThan(50_000, await LimitAsync()), new UnitOfWorkOptions { TimeoutSeconds = 10 });
                Assert.IsGreaterThan(50_000, await LimitAsync());
            },
            new UnitOfWorkOptions { TimeoutSeconds = 100 });

    [TestMethod]
    public async Task Server_stops_a_statement_itself_and_it_counts_as_the_deadline()
    {
        // The client's own clock ends nothing here: it counts in whole seconds.
        var timeout = await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.RunAsync(
            async () => await (await Tx.SessionAsync(_shop)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)"),
            new UnitOfWorkOptions { TimeoutSeconds = 1.3 }));

        var refusal = Assert.IsInstanceOfType<PostgresException>(timeout.InnerException);
        Assert.Contains("statement timeout", refusal.MessageText);
    }

    [TestMethod]
    public async Task Commit_is_not_limited()
    {
        await Master.ExecuteAsync("""
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1.2); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()
            """);

        await Tx.RunAsync(() => InsertAsync("tea", _shop), new UnitOfWorkOptions { TimeoutSeconds = 1 });
        await Tx.RunAsync(
            async () => await (await Tx.ConnectionAsync(Connect)).ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('raw', 1)"),
            new UnitOfWorkOptions { TimeoutSeconds = 1 });

        Assert.AreEqual("raw,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_is_not_limited_with_a_marker()
    {
        await using var shop = Master.Create(
            options => options with { DeadlineOnServer = true }, markers: new PostgresCommitMarkers());
        await Master.ExecuteAsync("""
            CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL DEFAULT now());
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1.2); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()
            """);

        await Tx.RunAsync(() => InsertAsync("tea", shop), new UnitOfWorkOptions { TimeoutSeconds = 1 });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    // As the server writes it, such as 99983ms or 100s.
    private async Task<int> LimitAsync()
    {
        var db = await Tx.SessionAsync(_shop);
        var shown = (await db.Database.SqlQueryRaw<string>(
            "SELECT setting AS \"Value\" FROM pg_settings WHERE name = 'statement_timeout'").ToListAsync()).Single();
        return int.Parse(shown, CultureInfo.InvariantCulture);
    }
}
