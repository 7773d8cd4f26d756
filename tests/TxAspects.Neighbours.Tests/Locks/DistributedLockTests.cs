using Medallion.Threading.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Neighbours.Tests.Locks;

/// <summary>DistributedLock.Postgres: a lock that the unit's transaction holds, and one of a connection of its own.</summary>
[TestClass]
public sealed class DistributedLockTests : NeighbourTests
{
    private static readonly PostgresAdvisoryLockKey Key = new("stock", allowHashing: true);

    [TestInitialize]
    public void StartShop() => Start(_ => { });

    [TestMethod]
    public async Task Lock_in_the_transaction_of_a_unit_is_held_until_the_unit_has_ended()
    {
        await Tx.RunAsync(async () =>
        {
            await LockAsync();

            Assert.IsFalse(await IsFreeAsync());
        });

        Assert.IsTrue(await IsFreeAsync());
    }

    [TestMethod]
    public async Task Lock_of_a_nested_call_that_was_undone_is_free_at_once()
    {
        await Tx.RunAsync(async () =>
        {
            (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = "tea" });
            await (await Tx.SessionAsync(Shop)).SaveChangesAsync();
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(
                async () =>
                {
                    await LockAsync();
                    throw new OutOfStockException();
                },
                new UnitOfWorkOptions { Propagation = Propagation.Nested }));

            Assert.IsTrue(await IsFreeAsync());
        });

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Early_commit_frees_the_lock()
    {
        await Tx.RunAsync(async () =>
        {
            await LockAsync();
            await Tx.CommitAsync(Shop);

            Assert.IsTrue(await IsFreeAsync());
        });
    }

    [TestMethod]
    public async Task Lock_around_a_unit_has_a_connection_of_its_own_and_is_held_past_the_commit()
    {
        var stock = new PostgresDistributedLock(Key, Database.ConnectionString);
        await using (await stock.AcquireAsync())
        {
            await Tx.RunAsync(async () => (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = "tea" }));

            Assert.IsFalse(await IsFreeAsync());
            Assert.AreEqual("tea", await ItemsAsync());
        }

        Assert.IsTrue(await IsFreeAsync());
    }

    [TestMethod]
    public async Task Lock_with_a_connection_of_its_own_inside_a_unit_is_free_before_the_commit()
    {
        await Tx.RunAsync(async () =>
        {
            await using (await new PostgresDistributedLock(Key, Database.ConnectionString).AcquireAsync())
                (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = "tea" });

            Assert.IsTrue(await IsFreeAsync());
            Assert.AreEqual("", await ItemsAsync());
        });
    }

    private async Task LockAsync()
    {
        await Tx.ConnectionAsync(Shop);    // the transaction has begun
        var db = await Tx.SessionAsync(Shop);
        await PostgresDistributedLock.AcquireWithTransactionAsync(Key, db.Database.CurrentTransaction!.GetDbTransaction());
    }

    private async Task<bool> IsFreeAsync()
    {
        await using var taken = await new PostgresDistributedLock(Key, Database.ConnectionString).TryAcquireAsync();
        return taken is not null;
    }
}
