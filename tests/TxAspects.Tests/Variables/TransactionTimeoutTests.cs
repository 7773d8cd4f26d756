using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The server is told how long a transaction may take wherever one begins, and older servers are told nothing.</summary>
[TestClass]
public sealed class TransactionTimeoutTests : TransactionTimeoutSpecification
{
    private static readonly (string Name, Func<DbConnect<ShopContext>, Task> Run)[] FirstSteps =
    [
        ("query", async shop => _ = await (await Tx.SessionAsync(shop)).Orders.CountAsync()),
        ("save", async shop =>
        {
            var db = await Tx.SessionAsync(shop);
            db.Add(new Order { Item = "tea" });
            await db.SaveChangesAsync();
        }),
        ("failed save", async shop =>
        {
            var db = await Tx.SessionAsync(shop);
            db.Add(new Order { Item = "bad", Quantity = -1 });
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
        }),
        ("update", async shop => await (await Tx.SessionAsync(shop)).Orders.ExecuteDeleteAsync()),
        ("text", async shop => await (await Tx.SessionAsync(shop)).Database.ExecuteSqlRawAsync("SELECT 1")),
        ("connection", async shop => await (await Tx.ConnectionAsync(shop)).ExecuteAsync("SELECT 1")),
        ("nested call", shop => Tx.RunAsync(
            async () => _ = await (await Tx.SessionAsync(shop)).Orders.CountAsync(),
            new UnitOfWorkOptions { Propagation = Propagation.Nested })),
        ("failed nested call", shop => Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(
            async () =>
            {
                _ = await (await Tx.SessionAsync(shop)).Orders.CountAsync();
                throw new OutOfStockException();
            },
            new UnitOfWorkOptions { Propagation = Propagation.Nested }))),
    ];

    public static IEnumerable<string> Steps => FirstSteps.Select(step => step.Name);

    [TestMethod]
    [DynamicData(nameof(Steps))]
    public Task Transaction_is_limited_whatever_comes_first(string step)
        => RunAsync(100, async () =>
        {
            await FirstSteps.Single(one => one.Name == step).Run(Shop);
            await AssertLimitAsync(100);
        });

    [TestMethod]
    public Task Next_transaction_of_a_unit_gets_what_is_left_then()
        => RunAsync(100, async () =>
        {
            await AssertLimitAsync(100);
            Time.Advance(TimeSpan.FromSeconds(10));
            await AssertLimitAsync(100);
            await Tx.CommitAsync(Shop);
            await AssertLimitAsync(90);
            Time.Advance(TimeSpan.FromSeconds(10));
            await Tx.RollbackAsync(Shop);
            await AssertLimitAsync(80);
            Time.Advance(TimeSpan.FromSeconds(10));
            await Tx.CloseAsync(Shop);
            await AssertLimitAsync(70);
            await Tx.AtomicAsync(Shop, async db => Assert.AreEqual(LimitOf(70), await LimitAsync(db)), WhenInTransaction.Commit);
        });

    [TestMethod]
    public Task Transaction_that_starts_over_gets_what_is_left_then()
        => RunAsync(100, async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            db.SavingChanges += (_, _) => Time.Advance(TimeSpan.FromSeconds(10));
            db.Add(new Order { Item = "bad", Quantity = -1 });
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
            await AssertLimitAsync(90);
        });

    [TestMethod]
    public Task Transaction_that_user_code_begins_is_limited()
        => RunAsync(100, async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            await using var transaction = await db.Database.BeginTransactionAsync();
            Assert.AreEqual(LimitOf(100), await LimitAsync(db));
            await transaction.CommitAsync();
        });

    [TestMethod]
    public async Task Read_only_unit_is_limited()
    {
        await using var scope = Open(100, readOnly: true);
        _ = await (await Tx.SessionAsync(Shop)).Orders.CountAsync();
        await AssertLimitAsync(100);
        await scope.CompleteAsync();
    }

    [TestMethod]
    public void Synchronous_unit_is_limited()
        => Tx.Run(
            () =>
            {
                var db = Tx.Session(Shop);
                db.Add(new Order { Item = "tea" });
                db.SaveChanges();
                var limit = db.Database.SqlQueryRaw<int?>(
                    "SELECT (SELECT setting::int FROM pg_settings WHERE name = 'transaction_timeout') AS \"Value\"")
                    .AsEnumerable().Single();
                Assert.AreEqual(HasLimit, limit is > 50_000 and <= 100_500);
            },
            new UnitOfWorkOptions { TimeoutSeconds = 100 });

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(false, true)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public async Task Save_that_takes_the_commit_along_is_limited(bool readsFirst, bool hasMarkers)
    {
        await Master.ExecuteAsync("""
            CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL DEFAULT now());
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN NEW.code = coalesce(current_setting(''transaction_timeout'', true), ''none''); RETURN NEW; END';
            CREATE TRIGGER note BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note()
            """);
        await using var shop = CreateShop(markers: hasMarkers ? new PostgresCommitMarkers() : null, commitsWithSave: true);

        await RunAsync(100, async () =>
        {
            var db = await Tx.SessionAsync(shop);
            if (readsFirst)
                _ = await db.Orders.CountAsync();
            db.Add(new Order { Item = "tea" });
        });

        Assert.AreEqual(HasLimit ? "100500ms" : "none", await Master.ScalarAsync<string>("SELECT code FROM orders WHERE item = 'tea'"));
    }

    [TestMethod]
    public Task Session_of_its_own_has_the_limit_of_its_block_and_no_other()
        => RunAsync(100, async () =>
        {
            await using (var db = await Tx.NewSessionAsync(Shop))
                Assert.AreEqual(HasLimit ? 0 : null, await LimitAsync(db));
            await Tx.NewAtomicSessionAsync(Shop, async db => Assert.AreEqual(HasLimit ? 0 : null, await LimitAsync(db)));
            await Tx.NewAtomicSessionAsync(
                Shop,
                async db => Assert.AreEqual(HasLimit, await LimitAsync(db) is > 10_000 and <= 20_500),
                new UnitOfWorkOptions { TimeoutSeconds = 20 });
            await AssertLimitAsync(100);
        });

    [TestMethod]
    public Task Unit_without_a_limit_tells_nothing()
        => Tx.RunAsync(async () => Assert.AreEqual(HasLimit ? 0 : null, await LimitAsync(await Tx.SessionAsync(Shop))));

    [TestMethod]
    public async Task Grace_that_is_not_asked_for_is_not_told()
    {
        await using var shop = Master.Create(options => options with { DeadlineOnServer = true });

        await RunAsync(100, async () => Assert.AreEqual(HasLimit ? 0 : null, await LimitAsync(await Tx.SessionAsync(shop))));
    }

    [TestMethod]
    public async Task Limit_is_gone_with_the_transaction()
    {
        await using var shop = CreateShop(maxPoolSize: 1);
        var process = 0;
        await RunAsync(0.5, async () =>
        {
            var db = await Tx.SessionAsync(shop);
            process = await TestDatabase.BackendAsync(db);
            Assert.AreEqual(LimitOf(0.5), await LimitAsync(db));
        });

        // Longer than that limit, on the same connection.
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(shop);
            Assert.AreEqual(process, await TestDatabase.BackendAsync(db));
            await db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(1.2)");
            await InsertAsync("tea", shop);
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }
}
