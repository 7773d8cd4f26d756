using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Dapper and raw commands are in the same transaction as EF Core.</summary>
public abstract class ConnectionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Dapper_and_EF_Core_see_each_other_and_are_committed_together()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertByDapperAsync("dapper");
            await InsertAsync("ef");
            Assert.AreEqual(2, await (await Tx.ConnectionAsync(Connect)).ExecuteScalarAsync<int>("SELECT count(*) FROM orders"));
            Assert.AreEqual(2, await (await Tx.SessionAsync(Connect)).Orders.CountAsync());
            Assert.AreEqual(0, await Master.CountAsync());
        });

        Assert.AreEqual("dapper,ef", await Master.ItemsAsync());
        Assert.AreEqual(1, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Dapper_and_EF_Core_are_rolled_back_together()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("ef");
            await InsertByDapperAsync("dapper");
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Dapper_alone_is_committed_and_gives_the_connection_back()
    {
        await Units.RequiredAsync(() => InsertByDapperAsync("dapper"));

        Assert.AreEqual("dapper", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Dapper_alone_is_rolled_back()
    {
        await FailingUnitAsync(() => InsertByDapperAsync("dapper"));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Connection_is_the_contexts_own()
    {
        await Units.RequiredAsync(async () => Assert.AreSame(
            (await Tx.SessionAsync(Connect)).Database.GetDbConnection(), await Tx.ConnectionAsync(Connect)));
    }

    [TestMethod]
    public async Task Dapper_over_the_contexts_connection_is_in_the_transaction_once_that_has_begun()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("ef");
            var db = await Tx.SessionAsync(Connect);
            await db.Database.GetDbConnection().ExecuteAsync(InsertSql, new { item = "dapper" });
            Assert.AreEqual(2, await db.Orders.CountAsync());
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Contexts_connection_refuses_to_be_opened_by_hand_where_nothing_has_begun()
    {
        await Assert.ThrowsExactlyAsync<SessionException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.GetDbConnection().ExecuteAsync(InsertSql, new { item = "dapper" });
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public void Contexts_connection_refuses_to_be_opened_by_hand_synchronously()
    {
        Assert.ThrowsExactly<SessionException>(
            () => Units.Required(() => Tx.Session(Connect).Database.GetDbConnection().Execute(InsertSql, new { item = "dapper" })));

        Assert.AreEqual(0, Master.CountAsync().Result);
    }

    [TestMethod]
    public async Task Unit_goes_on_after_a_refused_opening()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(
                () => db.Database.GetDbConnection().ExecuteAsync(InsertSql, new { item = "dapper" }));
            StringAssert.Contains(refused.Message, NameOf("RequiredAsync"));
            await InsertAsync("ef");
        });

        Assert.AreEqual("ef", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_after_an_early_commit_is_in_a_new_transaction()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertByDapperAsync("kept");
            await Tx.CommitAsync(Connect);
            await InsertByDapperAsync("lost");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Raw_command_with_the_transaction_of_the_context_is_in_the_unit()
    {
        await FailingUnitAsync(async () =>
        {
            var connection = await Tx.ConnectionAsync(Connect);
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO orders (item, quantity) VALUES ('raw', 1)";
            Assert.AreEqual(1, await command.ExecuteNonQueryAsync());
            Assert.AreEqual(1, await (await Tx.SessionAsync(Connect)).Orders.CountAsync());
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }
}

[TestClass]
public sealed class ConnectionOnInterfaceProxyTests : ConnectionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ConnectionOnClassProxyTests : ConnectionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ConnectionOnCallTests : ConnectionSpecification<CallEntry>;
