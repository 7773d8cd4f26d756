using Dapper;
using Microsoft.EntityFrameworkCore;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>
/// What a connect sets per transaction holds for each unit of a transactional test alone, although all share one transaction.
/// </summary>
[TestClass]
public sealed class TransactionalVariableTests
{
    private const string Question = "SELECT current_setting('app.tenant', true) AS \"Value\"";

    private static readonly UnitOfWorkOptions Nested = new() { Propagation = Propagation.Nested };
    private static readonly UnitOfWorkOptions OfItsOwn = new() { Propagation = Propagation.RequiresNew };

    private readonly AsyncLocal<(bool IsSet, string? Name)> _tenant = new();
    private DbConnect<ShopContext> _shop = null!;
    private TransactionalTest _test = null!;

    private string? Tenant
    {
        get => _tenant.Value is { IsSet: true, Name: var name } ? name : "acme";
        set => _tenant.Value = (true, value);
    }

    [TestInitialize]
    public async Task BeginAsync()
    {
        _shop = PostgresConnect.Create<ShopContext>((await ShopServer.SharedAsync()).ConnectionString, new()
        {
            Name = "shop",
            Variables = variables => variables.Set("app.tenant", FindTenant),
            UnitNameOnServer = true,
            DeadlineOnServer = true,
            TransactionTimeoutGrace = TimeSpan.FromSeconds(1),
        });
        _test = await TransactionalTest.BeginAsync(_shop);
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        Tenant = "acme";
        await _test.DisposeAsync();
        await _shop.DisposeAsync();
    }

    [TestMethod]
    public async Task Each_unit_has_its_own_and_so_has_the_test()
    {
        var db = await _test.SessionAsync(_shop);
        Assert.AreEqual("acme", await SeenAsync(db));
        Tenant = "blue";
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            Assert.AreEqual("blue", await SeenAsync());
        });
        Tx.Run(() => Assert.AreEqual("blue", Tx.Session(_shop).Database.SqlQueryRaw<string>(Question).AsEnumerable().Single()));

        Assert.AreEqual("acme", await SeenAsync(db));
        Assert.AreEqual("tea", await ShopServer.ItemsAsync(db));
    }

    [TestMethod]
    public async Task Next_transaction_of_a_unit_takes_them_anew()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("one");
            await Tx.CommitAsync(_shop);
            Tenant = "blue";
            Assert.AreEqual("blue", await SeenAsync());
            await Tx.RollbackAsync(_shop);
            Tenant = "cyan";
            Assert.AreEqual("cyan", await SeenAsync());
            await InsertAsync("two");
        });

        Assert.AreEqual("one,two", await ShopServer.ItemsAsync(_test.Session(_shop)));
    }

    [TestMethod]
    public async Task First_save_that_fails_and_nested_calls_leave_them()
    {
        Tenant = "blue";
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(_shop);
            db.Add(new Order { Item = "bad", Quantity = 0 });
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
            Assert.AreEqual("blue", await SeenAsync());
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Tx.RunAsync(
                async () =>
                {
                    await InsertAsync("undone");
                    throw new InvalidOperationException();
                },
                Nested));
            await Tx.RunAsync(async () => Assert.AreEqual("blue", await SeenAsync()), Nested);
        });
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Unit_inside_has_its_own_and_leaves_those_around_it(bool fails)
    {
        await Tx.RunAsync(async () =>
        {
            Assert.AreEqual("acme", await SeenAsync());
            Tenant = "blue";
            try
            {
                await Tx.RunAsync(
                    async () =>
                    {
                        Assert.AreEqual("blue", await SeenAsync());
                        if (fails)
                            throw new InvalidOperationException();
                    },
                    OfItsOwn);
            }
            catch (InvalidOperationException) when (fails)
            {
                // What was to happen.
            }

            Assert.AreEqual("acme", await SeenAsync());
            await InsertAsync("tea");
        });

        Assert.AreEqual("tea", await ShopServer.ItemsAsync(_test.Session(_shop)));
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("throw")]
    public async Task Value_that_is_not_there_lets_nothing_through_and_the_test_goes_on(string? tenant)
    {
        await Tx.RunAsync(() => InsertAsync("before"));
        Tenant = tenant;

        var failure = await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(() => InsertAsync("tea")));

        Assert.IsTrue(tenant is null ? failure is TransactionVariableException : failure is KeyNotFoundException, $"{failure}");
        await Assert.ThrowsAsync<Exception>(async () => await _test.SessionAsync(_shop));
        await Tx.RunAsync(async () =>
        {
            await Assert.ThrowsAsync<Exception>(async () => await SeenAsync());
            Tenant = "acme";
            await InsertAsync("after");
        });
        Tenant = "acme";
        Assert.AreEqual("after,before", await ShopServer.ItemsAsync(_test.Session(_shop)));
    }

    [TestMethod]
    public async Task Read_only_unit_has_them_and_the_next_one_may_write()
    {
        await Tx.RunAsync(
            async () =>
            {
                _ = await (await Tx.SessionAsync(_shop)).Orders.CountAsync();
                Assert.AreEqual("acme", await SeenAsync());
                Assert.AreEqual("on", await SettingAsync("transaction_read_only"));
            },
            new UnitOfWorkOptions { ReadOnly = true });
        await Tx.RunAsync(() => InsertAsync("tea"));

        Assert.AreEqual("tea", await ShopServer.ItemsAsync(_test.Session(_shop)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Deadline_of_a_unit_is_gone_with_the_unit(bool isRaw)
    {
        await Tx.RunAsync(
            async () =>
            {
                await InsertAsync("tea");
                if (isRaw)
                    await (await Tx.ConnectionAsync(_shop)).ExecuteAsync("SELECT 1");
                Assert.AreNotEqual("0", await SettingAsync("statement_timeout"));

                // The server would end the whole test with it.
                Assert.IsTrue(await SettingAsync("transaction_timeout") is null or "0");
            },
            new UnitOfWorkOptions { TimeoutSeconds = 50 });

        await Tx.RunAsync(async () => Assert.AreEqual("0", await SettingAsync("statement_timeout")));
        Assert.AreEqual("0", await SettingAsync("statement_timeout", _test.Session(_shop)));
    }

    [TestMethod]
    public async Task Deadline_of_a_unit_inside_is_gone_for_the_unit_around_it()
    {
        await Tx.RunAsync(async () =>
        {
            Assert.AreEqual("0", await SettingAsync("statement_timeout"));
            await Tx.RunAsync(
                async () => Assert.AreNotEqual("0", await SettingAsync("statement_timeout")),
                OfItsOwn with { TimeoutSeconds = 50 });
            Assert.AreEqual("0", await SettingAsync("statement_timeout"));
        });
    }

    private string? FindTenant() => Tenant is "throw" ? throw new KeyNotFoundException() : Tenant;

    private async Task InsertAsync(string item)
    {
        var db = await Tx.SessionAsync(_shop);
        db.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    private async Task<string> SeenAsync(ShopContext? db = null)
        => (await (db ?? await Tx.SessionAsync(_shop)).Database.SqlQueryRaw<string>(Question).ToListAsync()).Single();

    private async Task<string?> SettingAsync(string name, ShopContext? db = null)
        => (await (db ?? await Tx.SessionAsync(_shop)).Database.SqlQuery<string?>(
            $"SELECT current_setting({name}, true) AS \"Value\"").ToListAsync()).Single();
}
