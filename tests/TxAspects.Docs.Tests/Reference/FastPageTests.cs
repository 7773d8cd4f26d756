using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Reference;

/// <summary>The units of docs/fast.md take as many round trips as it says.</summary>
[TestClass]
public sealed class FastPageTests
{
    public interface IShelf
    {
        Task AddAsync(string item);

        Task<int> CountAsync();
    }

    [TestMethod]
    public async Task Declared_insert_and_lone_query_take_one_round_trip_each()
    {
        await using var database = await TemporaryDatabase.CreateAsync(Server.Current);
        using var wire = new WireMeter(database.ConnectionString);
        var connectionString = wire.ConnectionString;
        await using var connect =
            PostgresConnect.Create(connectionString, new PostgresConnectOptions<ShopContext> { CommitWithSave = true });
        await connect.EnsureCreatedAsync();
        await using var provider = new ServiceCollection()
            .AddSingleton(connect).AddSingleton<IShelf, Shelf>().AddTxAspects().BuildServiceProvider();
        var shelf = provider.GetRequiredService<IShelf>();
        await shelf.AddAsync("the first save asks the catalogue once");

        var added = await wire.CountAsync(() => shelf.AddAsync("tea"));
        var counted = await wire.CountAsync(shelf.CountAsync);

        Assert.AreEqual((1, 1), (added.RoundTrips, counted.RoundTrips));
        Assert.AreEqual(2, await shelf.CountAsync());
    }

    public sealed class Shelf(DbConnect<ShopContext> connect) : IShelf
    {
        [UnitOfWork]
        public async Task AddAsync(string item)
        {
            var db = await Tx.SessionAsync(connect);
            db.Add(new Order { Item = item });
        }

        [UnitOfWork(ReadOnly = true)]
        public async Task<int> CountAsync() => await (await Tx.SessionAsync(connect)).Orders.CountAsync();
    }
}
