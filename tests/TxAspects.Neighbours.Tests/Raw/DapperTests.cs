using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Raw;

/// <summary>Dapper on the connection of the unit's session.</summary>
[TestClass]
public sealed class DapperTests : NeighbourTests
{
    [TestInitialize]
    public void StartShop() => Start(_ => { });

    [TestMethod]
    public async Task Commands_are_in_the_transaction_of_the_unit()
    {
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            db.Orders.Add(new Order { Item = "tea" });
            await db.SaveChangesAsync();    // Dapper sees what is in the database, not what the tracker has

            var connection = await Tx.ConnectionAsync(Shop);
            await connection.ExecuteAsync("UPDATE orders SET quantity = quantity + @more", new { more = 2 });

            Assert.AreEqual(3, await connection.QuerySingleAsync<int>("SELECT quantity FROM orders"));
            Assert.AreEqual("", await ItemsAsync(), "Nobody else sees it before the commit.");
        });

        Assert.AreEqual(3, await ScalarAsync<int>("SELECT quantity FROM orders"));
    }

    [TestMethod]
    public async Task Commands_are_rolled_back_with_the_unit()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            var connection = await Tx.ConnectionAsync(Shop);
            await connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('unicorn', 1)");
            throw new OutOfStockException();
        }));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_command_that_was_swallowed_cannot_be_committed()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            var connection = await Tx.ConnectionAsync(Shop);
            await connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            await Assert.ThrowsAsync<Exception>(() => connection.ExecuteAsync("SELECT 1 / 0"));
        }));

        Assert.IsNotNull(doomed.InnerException);
        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_command_in_a_savepoint_can_be_undone_alone()
    {
        await Tx.RunAsync(async () =>
        {
            var connection = await Tx.ConnectionAsync(Shop);
            await connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(
                async () => await (await Tx.ConnectionAsync(Shop)).ExecuteAsync("SELECT 1 / 0"),
                new UnitOfWorkOptions { Propagation = Propagation.Nested }));
        });

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_that_is_opened_past_the_session_is_refused()
    {
        await Assert.ThrowsExactlyAsync<SessionException>(() => Tx.RunAsync(async () =>
        {
            var connection = (await Tx.SessionAsync(Shop)).Database.GetDbConnection();
            await connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('unicorn', 1)");
        }));

        Assert.AreEqual("", await ItemsAsync());
    }
}
