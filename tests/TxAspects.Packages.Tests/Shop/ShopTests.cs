using Microsoft.EntityFrameworkCore;
using TxAspects.Testing;

namespace TxAspects.Packages.Tests.Shop;

/// <summary>A database for each test, with the tables of the shop.</summary>
public abstract class ShopTests
{
    private TemporaryDatabase _database = null!;

    protected string ConnectionString => _database.ConnectionString;

    [TestInitialize]
    public async Task CreateAsync()
    {
        _database = await TemporaryDatabase.CreateAsync(TestRun.Server);
        await using var shop = PostgresConnect.Create<ShopContext>(ConnectionString, "shop");
        await shop.EnsureCreatedAsync();
    }

    [TestCleanup]
    public async Task DropAsync() => await _database.DisposeAsync();

    /// <summary>What is in the database, seen from outside the application under test.</summary>
    protected async Task<string> ItemsAsync()
    {
        await using var shop = PostgresConnect.Create<ShopContext>(ConnectionString, "shop");
        await using var db = await Tx.NewSessionAsync(shop);
        return string.Join(", ", await db.Orders.OrderBy(order => order.Id).Select(order => order.Item).ToListAsync());
    }
}
