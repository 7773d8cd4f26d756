using Microsoft.EntityFrameworkCore;
using TxAspects.Docs.Tests.Reference;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Frameworks.Mstest;

/// <summary>Tests as docs/testing.md has them for MSTest.</summary>
[TestClass]
[DoNotParallelize]
public sealed class OrderTests : ShopTests
{
    private static TestTemplate _template = null!;
    private static TestDatabase _database = null!;

    [ClassInitialize]
    public static async Task CreateAsync(TestContext context)
    {
        _template = await TestTemplate.CreateAsync(Server.Current, Shop.MigrateAsync);
        _database = await _template.CreateDatabaseAsync();
        _database.Redirect(Shop.Master);
    }

    [ClassCleanup]
    public static async Task DropAsync()
    {
        await _database.DisposeAsync();
        await _template.DisposeAsync();
    }

    [TestMethod]
    [DataRow("tea")]
    [DataRow("coffee")]
    public async Task Test_sees_its_own_order_alone(string item)
    {
        await Tx.RunAsync(() => new Orders(Shop.Master).PlaceAsync(new Order { Item = item }));

        Assert.AreEqual(item, (await Test.Session(Shop.Master).Orders.SingleAsync()).Item);
    }
}
