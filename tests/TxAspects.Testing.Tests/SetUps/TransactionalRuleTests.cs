using System.Data;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>What PostgreSQL enforces, and what fails, in the transactional set-up.</summary>
[TestClass]
public sealed class TransactionalRuleTests : TransactionalSetUp
{
    [TestMethod]
    public async Task Failed_first_save_can_be_repeated()
    {
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var order = new Order { Item = "tea", Quantity = 0 };
            db.Orders.Add(order);
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            order.Quantity = 1;
        });

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Swallowed_failure_is_no_commit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));
        }));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Swallowed_Dapper_failure_is_no_commit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            var connection = await Tx.ConnectionAsync(Connect);
            await connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1/0"));
        }));

        Assert.AreEqual("", await ItemsAsync());
    }

    [TestMethod]
    public async Task Deferred_constraint_is_checked_at_the_commit_of_the_application()
    {
        await Orders.PlaceAsync(new Order { Item = "tea", Slot = 1 });

        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(
            () => Orders.PlaceAllAsync([new Order { Item = "coffee" }, new Order { Item = "milk", Slot = 1 }]));

        Assert.AreEqual("unique_slot", failure.ConstraintName);
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Constraints_are_as_at_the_beginning_in_every_unit()
    {
        for (var i = 0; i < 2; i++)
        {
            // Deferred: may be violated until the commit. Immediate: may not, also after a unit that deferred it.
            await Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity, slot, code) VALUES ('tea', 1, 7, 7), ('milk', " +
                                                     "1, 7, NULL)");
                await db.Database.ExecuteSqlRawAsync("SET CONSTRAINTS unique_code DEFERRED");
                await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity, code) VALUES ('tea', 1, 7)");
                await db.Database.ExecuteSqlRawAsync("DELETE FROM orders");
            });
            var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Tx.RunAsync(async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity, code) VALUES ('tea', 1, 7), ('tea', 1, 7)");
                Assert.Fail("It is checked at once.");
            }));
            Assert.AreEqual("unique_code", failure.ConstraintName);
        }
    }

    [TestMethod]
    public async Task Read_only_unit_refuses_to_write_and_the_next_unit_writes()
    {
        var readOnly = new UnitOfWorkOptions { ReadOnly = true };
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Tx.RunAsync(() => InsertAsync("tea"), readOnly));
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Tx.RunAsync(
            async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("DELETE FROM orders"), readOnly));
        Assert.AreEqual(0, await Orders.CountAsync());

        await Orders.PlaceAsync(new Order { Item = "tea" });

        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Isolation_level_is_that_of_the_test()
    {
        await Test.DisposeAsync();
        await TransactionalTest.RunAsync(
            Connect,
            async _ => Assert.AreEqual("repeatable read", await Tx.RunAsync(async () =>
                await (await Tx.ConnectionAsync(Connect)).ExecuteScalarAsync<string>("SHOW transaction_isolation"))),
            new TransactionalTestOptions { IsolationLevel = IsolationLevel.RepeatableRead });
    }
}
