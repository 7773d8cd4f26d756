using Microsoft.EntityFrameworkCore;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Reference;

/// <summary>A unit tells how far it has come, and another one reads after it, as in docs/databases.md.</summary>
[TestClass]
public sealed class PositionTests
{
    private DbConnect<ShopContext> _shop = null!;
    private int _orders;

    private DbConnect<ShopContext> Shop => _shop;

    [TestMethod]
    public async Task Reader_that_has_the_position_sees_the_order()
    {
        await using var database = await TemporaryDatabase.CreateAsync(Server.Current);
        await using var cluster = _shop = PostgresConnect.CreateCluster<ShopContext>(
            database.ConnectionString, new() { ReadYourWrites = TimeSpan.FromMilliseconds(500) });
        await cluster.EnsureCreatedAsync();
        var order = new Order { Item = "tea" };

        var position = await Tx.RunAsync(async () =>
        {
            (await Tx.SessionAsync(Shop)).Orders.Add(order);
            await Tx.CommitAsync(Shop);
            return Tx.Current!.Position;
        });
        await Tx.RunAsync(ReadAsync, new UnitOfWorkOptions { ReadOnly = true, ReadAfter = position });

        Assert.IsNotNull(position);
        Assert.AreEqual(1, _orders);
    }

    private async Task ReadAsync() => _orders = await (await Tx.SessionAsync(Shop)).Orders.CountAsync();
}
