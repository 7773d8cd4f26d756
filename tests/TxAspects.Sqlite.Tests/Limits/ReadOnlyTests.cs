using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>There are no read-only transactions, so the library alone refuses what it can see.</summary>
[TestClass]
public sealed class ReadOnlyTests : DatabaseTests
{
    private static readonly UnitOfWorkOptions ReadOnly = new() { Name = "report", ReadOnly = true };

    [TestMethod]
    public async Task Save_is_refused()
    {
        var refused = await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Tx.RunAsync(() => InsertAsync("tea"), ReadOnly));

        Assert.AreEqual("report", refused.UnitName);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Updates_and_deletions_without_entities_are_refused_as_well()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");

        await Tx.RunAsync(
            async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => db.Orders.ExecuteDeleteAsync());
                Assert.ThrowsExactly<ReadOnlyUnitOfWorkException>(
                    () => db.Orders.ExecuteUpdate(set => set.SetProperty(order => order.Item, "coffee")));
                Assert.AreEqual(1, await db.Orders.CountAsync());
            },
            ReadOnly);

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Plain_sql_is_not_read_so_what_it_writes_is_kept()
    {
        await Tx.RunAsync(
            async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            },
            ReadOnly);

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }
}
