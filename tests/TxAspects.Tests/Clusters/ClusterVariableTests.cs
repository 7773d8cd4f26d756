using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>What a connect sets per transaction, on whichever server of a cluster its units come to.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ClusterVariableTests : ClusterTests
{
    private const string Question =
        "SELECT current_setting('app.tenant', true) || ':' || CASE WHEN pg_is_in_recovery() THEN 'True' ELSE 'False' END AS \"Value\"";

    private static readonly UnitOfWorkOptions Nested = new() { Propagation = Propagation.Nested, ReadOnly = true };

    private readonly AsyncLocal<(bool IsSet, string? Name)> _tenant = new();
    private DbConnect<ShopContext> _shop = null!;
    private int _taken;

    private string? Tenant
    {
        get => _tenant.Value is { IsSet: true, Name: var name } ? name : "acme";
        set => _tenant.Value = (true, value);
    }

    [TestInitialize]
    public void CreateShop()
        => _shop = PostgresConnect.CreateCluster<ShopContext>(ConnectionString, new()
        {
            Name = "shop",
            ReadYourWrites = TimeSpan.FromSeconds(10),
            Variables = variables => variables.Set("app.tenant", FindTenant),
            UnitNameOnServer = true,
            DeadlineOnServer = true,
            TransactionTimeoutGrace = TimeSpan.FromSeconds(60),
        });

    [TestCleanup]
    public async Task DisposeShopAsync() => await _shop.DisposeAsync();

    [TestMethod]
    public async Task Read_only_unit_has_them_on_a_standby_and_may_only_read()
    {
        for (var unit = 0; unit < 4; unit++)
        {
            Tenant = $"tenant{unit}";
            await Tx.RunAsync(
                async () =>
                {
                    var db = await Tx.SessionAsync(_shop);
                    _ = await db.Orders.CountAsync();
                    await AssertSeenAsync($"tenant{unit}", isStandby: true);
                    Assert.AreEqual("on", await SettingAsync("transaction_read_only"));
                    Assert.AreEqual("reader", await SettingAsync("application_name"));
                    Assert.AreNotEqual("0", await SettingAsync("statement_timeout"));
                },
                ReadOnly with { Name = "reader", TimeoutSeconds = 60 });
        }

        Assert.AreEqual(4, _taken);
        Tx.Run(
            () => Assert.AreEqual("tenant3:True", Tx.Session(_shop).Database.SqlQueryRaw<string>(Question).AsEnumerable().Single()),
            ReadOnly);
    }

    [TestMethod]
    public async Task Unit_that_writes_has_them_on_the_primary_and_one_that_reads_after_it_its_own()
    {
        var position = await Tx.RunAsync(async () =>
        {
            await SaveAsync("one");
            await AssertSeenAsync("acme", isStandby: false);
            await Tx.CommitAsync(_shop);
            Tenant = "blue";
            await AssertSeenAsync("blue", isStandby: false);
            await Tx.RollbackAsync(_shop);
            Tenant = "cyan";
            await SaveAsync("two");
            await Tx.CommitAsync(_shop);
            return Tx.Current!.Position;
        });
        Tenant = "reader";

        await Tx.RunAsync(
            async () =>
            {
                Assert.AreEqual(2, await (await Tx.SessionAsync(_shop)).Orders.CountAsync());
                await AssertSeenAsync("reader", isStandby: true);
            },
            ReadOnly with { ReadAfter = position });
    }

    [TestMethod]
    public async Task Early_ends_on_a_standby_and_nested_calls_keep_to_the_rules()
        => await Tx.RunAsync(
            async () =>
            {
                await AssertSeenAsync("acme", isStandby: true);
                await Tx.CommitAsync(_shop);
                Tenant = "blue";
                await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(
                    async () =>
                    {
                        await AssertSeenAsync("blue", isStandby: true);
                        throw new OutOfStockException();
                    },
                    Nested));
                await AssertSeenAsync("blue", isStandby: true);
                Tenant = "cyan";
                await Tx.RunAsync(() => AssertSeenAsync("blue", isStandby: true), Nested);
                await Tx.RollbackAsync(_shop);
                await AssertSeenAsync("cyan", isStandby: true);
                await using var own = await Tx.NewSessionAsync(_shop);
                Assert.AreEqual("cyan:False", (await own.Database.SqlQueryRaw<string>(Question).ToListAsync()).Single());
            },
            ReadOnly);

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public async Task Value_that_is_not_there_lets_nothing_through_on_either_server(bool readOnly, bool throws)
    {
        Tenant = throws ? "throw" : null;
        await Tx.RunAsync(
            async () =>
            {
                var db = await Tx.SessionAsync(_shop);
                if (throws)
                    await Assert.ThrowsExactlyAsync<OutOfStockException>(() => db.Orders.CountAsync());
                else
                    await Assert.ThrowsExactlyAsync<TransactionVariableException>(() => db.Orders.CountAsync());
                Tenant = "acme";
                await AssertSeenAsync("acme", isStandby: readOnly);
            },
            new UnitOfWorkOptions { ReadOnly = readOnly });
    }

    [TestMethod]
    public async Task They_come_along_when_a_standby_is_promoted_and_where_none_is_left()
    {
        await Tx.RunAsync(() => AssertSeenAsync("acme", isStandby: true), ReadOnly);
        await Cluster.FailOverAsync();
        Tenant = "blue";

        await Tx.RunAsync(() => SaveAsync("tea"), new UnitOfWorkOptions { MaxRetries = 3 });
        await Tx.RunAsync(() => AssertSeenAsync("blue", isStandby: false), new UnitOfWorkOptions { MaxRetries = 3 });
        foreach (var standby in Cluster.Standbys.ToArray())
            Cluster.KillStandby(standby);

        await Tx.RunAsync(() => AssertSeenAsync("blue", isStandby: false), ReadOnly with { MaxRetries = 3 });
    }

    private async Task AssertSeenAsync(string tenant, bool isStandby)
        => Assert.AreEqual(
            $"{tenant}:{isStandby}", (await (await Tx.SessionAsync(_shop)).Database.SqlQueryRaw<string>(Question).ToListAsync()).Single());

    private async Task<string> SettingAsync(string name)
        => (await (await Tx.SessionAsync(_shop)).Database.SqlQueryRaw<string>(
            "SELECT current_setting(@name) AS \"Value\"", new NpgsqlParameter("name", name)).ToListAsync()).Single();

    private async Task SaveAsync(string item)
    {
        var db = await Tx.SessionAsync(_shop);
        db.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    private string? FindTenant()
    {
        _taken++;
        return Tenant is "throw" ? throw new OutOfStockException() : Tenant;
    }
}
