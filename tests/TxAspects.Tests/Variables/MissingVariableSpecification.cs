using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A value that is not there lets nothing through: the transaction does not begin, and the caller hears why.</summary>
public abstract class MissingVariableSpecification<TEntry> : TenantSpecification<TEntry>
    where TEntry : Entry, new()
{
    private static readonly (string Name, Func<DbConnect<ShopContext>, Task> Run)[] FirstSteps =
    [
        ("query", async shop => _ = await (await Tx.SessionAsync(shop)).Orders.CountAsync()),
        ("save", async shop =>
        {
            var db = await Tx.SessionAsync(shop);
            db.Add(new Order { Item = "acme:tea" });
            try
            {
                await db.SaveChangesAsync();
            }
            finally
            {
                db.ChangeTracker.Clear();
            }
        }),
        ("update", async shop => await (await Tx.SessionAsync(shop)).Orders.ExecuteDeleteAsync()),
        ("text", async shop => await (await Tx.SessionAsync(shop)).Database.ExecuteSqlRawAsync("SELECT 1")),
        ("connection", async shop => _ = await Tx.ConnectionAsync(shop)),
        ("transaction", async shop => await (await Tx.SessionAsync(shop)).Database.BeginTransactionAsync()),
        ("own session", async shop =>
        {
            await using var db = await Tx.NewSessionAsync(shop);
            _ = await db.Orders.CountAsync();
        }),
    ];

    public static IEnumerable<string> Steps => FirstSteps.Select(step => step.Name);

    [TestMethod]
    [DynamicData(nameof(Steps))]
    public async Task Null_is_refused_and_nothing_is_sent(string step)
    {
        await AssertNothingIsSentAsync(step, async run =>
        {
            Tenant = null;
            var missing = await Assert.ThrowsExactlyAsync<TransactionVariableException>(run);
            Assert.AreEqual("app.tenant", missing.Variable);
            Assert.AreEqual("master", missing.ConnectName);
        });
    }

    [TestMethod]
    [DynamicData(nameof(Steps))]
    public async Task What_a_delegate_throws_reaches_the_caller_and_nothing_is_sent(string step)
    {
        await using var proxy = FaultProxy.ForCounting(Master);
        await using var shop = Master.Create(
            with: options => options with
            {
                Variables = variables => variables.Set("app.tenant", () => Tenant is null ? throw Failure : Tenant),
            },
            configure: settings => (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port));
        await Units.RequiredAsync(async () => _ = await TenantOfAsync(await Tx.SessionAsync(shop)));
        var before = proxy.RoundTrips;

        Tenant = null;
        await Units.RequiredAsync(() => SwallowAsync(() => Run(step)(shop)));

        Assert.AreEqual(before, proxy.RoundTrips);
    }

    [TestMethod]
    public async Task Unit_goes_on_when_there_is_a_value_again()
    {
        await Units.RequiredAsync(async () =>
        {
            Tenant = null;
            await Assert.ThrowsExactlyAsync<TransactionVariableException>(() => Run("save")(Shop));
            await Assert.ThrowsExactlyAsync<TransactionVariableException>(() => SeenAsync());
            Tenant = "blue";
            await InsertAsync("blue:tea", Shop);
            Assert.AreEqual("blue:seed,blue:tea", await SeenAsync());
        });

        Assert.AreEqual("acme:seed,blue:seed,blue:tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Flush_at_the_end_fails_the_unit()
    {
        Tenant = null;

        await Assert.ThrowsExactlyAsync<TransactionVariableException>(
            () => Units.RequiredAsync(() => AddAsync(new Order { Item = "acme:tea" }, Shop)));

        Assert.AreEqual("acme:seed,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Server_that_refuses_a_value_fails_the_unit()
    {
        await using var shop = Master.Create(options => options with { Variables = variables => variables.Set("work_mem", () => "much") });

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(() => InsertAsync("acme:tea", shop)));
        await Assert.ThrowsAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(shop);
            await Assert.ThrowsAsync<Exception>(() => db.Orders.CountAsync());
        }));

        Assert.AreEqual("acme:seed,blue:seed", await Master.ItemsAsync());
    }

    private static Func<DbConnect<ShopContext>, Task> Run(string step) => FirstSteps.Single(one => one.Name == step).Run;

    private async Task AssertNothingIsSentAsync(string step, Func<Func<Task>, Task> assert)
    {
        await using var proxy = FaultProxy.ForCounting(Master);
        await using var shop = Master.Create(
            with: options => options with { Variables = SetTenant },
            configure: settings => (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port));
        await Units.RequiredAsync(async () => _ = await TenantOfAsync(await Tx.SessionAsync(shop)));
        var before = proxy.RoundTrips;

        await Units.RequiredAsync(() => assert(() => Run(step)(shop)));

        Assert.AreEqual(before, proxy.RoundTrips);
    }
}

[TestClass]
public sealed class MissingVariablesOnInterfaceProxyTests : MissingVariableSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class MissingVariablesOnCallTests : MissingVariableSpecification<CallEntry>;
