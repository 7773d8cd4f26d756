using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using TxAspects.Packages.Tests.Shop;
using TxAspects.Testing;

namespace TxAspects.Packages.Tests.Readmes;

/// <summary>The examples of the packages that need no container.</summary>
[TestClass]
public sealed class CoreExamplesTests : ShopTests
{
    [TestMethod]
    public async Task Core()
    {
        await using var shop = PostgresConnect.Create<ShopContext>(ConnectionString, "shop");

        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(shop);       // shop is a DbConnect<ShopContext>
            db.Orders.Add(new Order { Item = "tea" });
        });                                             // saved and committed here

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task PostgreSql()
    {
        await using var empty = await TemporaryDatabase.CreateAsync(TestRun.Server);
        await PlaceAsync(empty.ConnectionString);

        await using var placed = PostgresConnect.Create<ShopContext>(empty.ConnectionString, "shop");
        await using var session = await Tx.NewSessionAsync(placed);
        Assert.AreEqual("tea", (await session.Orders.SingleAsync()).Item);

        static async Task PlaceAsync(string connectionString)
        {
            await using var shop = PostgresConnect.Create<ShopContext>(connectionString, "shop");
            await shop.EnsureCreatedAsync();

            await Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(shop);
                db.Orders.Add(new Order { Item = "tea" });
            });
        }
    }

    [TestMethod]
    public async Task Http()
    {
        await using var shop = PostgresConnect.Create<ShopContext>(ConnectionString, "shop");
        var loggerFactory = NullLoggerFactory.Instance;

        await Assert.ThrowsExactlyAsync<HttpInTransactionException>(async () =>
        {
            using var watch = HttpWatch.Start(HttpInTransaction.Throw, loggerFactory);
            using var client = new HttpClient(new TransactionGuardHandler { InnerHandler = new HttpClientHandler() });

            await Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(shop);
                await db.Orders.CountAsync();                                   // the transaction begins
                await client.GetAsync("http://prices.example/tea");             // HttpInTransactionException; nothing is sent
            });
        });
    }

    [TestMethod]
    public async Task Testing()
    {
        await using var server = await PostgresServer.FindOrStartAsync();       // or the one that TXASPECTS_POSTGRES names
        await using var database = await TemporaryDatabase.CreateAsync(server);
        await using var shop = PostgresConnect.Create<ShopContext>(database.ConnectionString, "shop");
        await shop.EnsureCreatedAsync();

        await using var test = await TransactionalTest.BeginAsync(shop);
        await Tx.RunAsync(async () => (await Tx.SessionAsync(shop)).Orders.Add(new Order { Item = "tea" }));

        var placed = await test.Session(shop).Orders.SingleAsync();             // nothing of it is left when the test ends

        Assert.AreEqual("tea", placed.Item);
    }
}
