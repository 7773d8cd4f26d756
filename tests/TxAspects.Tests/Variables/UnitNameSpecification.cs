using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The server shows which unit is at work on a connection, and in which trace.</summary>
public abstract class UnitNameSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private DbConnect<ShopContext> _shop = null!;

    [TestInitialize]
    public void CreateShop() => _shop = Master.Create(options => options with { UnitNameOnServer = true });

    [TestCleanup]
    public async Task DisposeShopAsync() => await _shop.DisposeAsync();

    [TestMethod]
    public async Task Server_shows_the_name_of_the_unit_while_it_is_open()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea", _shop);
            Assert.AreEqual(NameOf("RequiredAsync"), await ShownAsync());
            await Units.NewContextAsync(async () => Assert.AreEqual(NameOf("NewContextAsync"), await NameAsync()));
        });

        Assert.AreEqual(0L, await Master.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '%Async%'"));
    }

    [TestMethod]
    public async Task Trace_is_shown_with_it()
    {
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Units.RequiredAsync(async () => Assert.AreEqual($"{NameOf("RequiredAsync")} {activity.TraceId}", await NameAsync()));
    }

    [TestMethod]
    [DataRow("Orders.Place", "Orders.Place")]
    [DataRow("Größe.Ändern", "Gr??e.?ndern")]
    [DataRow("a😀b\n", "a??b?")]
    public async Task What_is_not_ASCII_is_replaced(string name, string shown)
        => await Tx.RunAsync(async () => Assert.AreEqual(shown, await NameAsync()), new UnitOfWorkOptions { Name = name });

    [TestMethod]
    public async Task Long_name_is_cut_and_the_trace_is_not()
    {
        var name = new string('n', 100);
        await Tx.RunAsync(async () => Assert.AreEqual(name[..63], await NameAsync()), new UnitOfWorkOptions { Name = name });
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();

        await Tx.RunAsync(
            async () => Assert.AreEqual($"{name[..30]} {activity.TraceId}", await NameAsync()), new UnitOfWorkOptions { Name = name });
    }

    [TestMethod]
    public async Task Session_outside_units_is_shown_too()
    {
        await using var db = await Tx.NewSessionAsync(_shop);

        Assert.AreEqual("outside any unit", await NameOfAsync(db));
    }

    private async Task<string> NameAsync() => await NameOfAsync(await Tx.SessionAsync(_shop));

    private static async Task<string> NameOfAsync(ShopContext db)
        => (await db.Database.SqlQueryRaw<string>("SELECT current_setting('application_name') AS \"Value\"").ToListAsync()).Single();

    private Task<string> ShownAsync()
        => Master.ScalarAsync<string>("""
            SELECT application_name FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()
            """);
}

[TestClass]
public sealed class UnitNamesOnInterfaceProxyTests : UnitNameSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class UnitNamesOnClassProxyTests : UnitNameSpecification<ClassProxyEntry>;

[TestClass]
public sealed class UnitNamesOnCallTests : UnitNameSpecification<CallEntry>;

[TestClass]
public sealed class UnitNamesOnMiddlewareTests : UnitNameSpecification<MiddlewareEntry>;
