using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Linq2Db;

/// <summary>linq2db on the session of a unit.</summary>
[TestClass]
public sealed class Linq2DbTests : NeighbourTests
{
    [TestInitialize]
    public void StartShop() => Start(_ => LinqToDBForEFTools.Initialize());

    [TestMethod]
    public async Task Statements_are_in_the_transaction_of_the_unit()
    {
        await Tx.RunAsync(async () =>
        {
            await Tx.ConnectionAsync(Shop);    // the transaction has begun, and linq2db finds it
            var db = await Tx.SessionAsync(Shop);

            await db.BulkCopyAsync(
                new BulkCopyOptions { BulkCopyType = BulkCopyType.ProviderSpecific },
                [new Order { Item = "tea" }, new Order { Item = "coffee" }]);
            await db.Orders.Where(order => order.Item == "tea").ToLinqToDB()
                .Set(order => order.Quantity, order => order.Quantity + 2).UpdateAsync();

            Assert.AreEqual("", await ItemsAsync(), "Nobody else sees it before the commit.");
        });

        Assert.AreEqual("tea, coffee", await ItemsAsync());
        Assert.AreEqual(3, await ScalarAsync<int>("SELECT quantity FROM orders WHERE item = 'tea'"));
    }

    [TestMethod]
    public async Task Statements_are_rolled_back_with_the_unit()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await Tx.ConnectionAsync(Shop);
            await (await Tx.SessionAsync(Shop)).BulkCopyAsync([new Order { Item = "unicorn" }]);
            throw new OutOfStockException();
        }));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Statement_before_the_transaction_has_begun_is_refused()
    {
        await Assert.ThrowsExactlyAsync<SessionException>(() => Tx.RunAsync(async () =>
            await (await Tx.SessionAsync(Shop)).BulkCopyAsync([new Order { Item = "unicorn" }])));

        Assert.AreEqual("", await ItemsAsync());
    }
}
