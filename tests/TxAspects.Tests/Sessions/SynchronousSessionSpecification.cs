using Dapper;

namespace TxAspects.Tests;

/// <summary>The synchronous twins do what the asynchronous members do.</summary>
public abstract class SynchronousSessionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Committing_and_closing_on_the_way_keeps_every_row()
    {
        Units.Required(() =>
        {
            Insert("1");
            Tx.Commit(Connect);
            Assert.AreEqual(0, Master.ConnectionsLeased);
            Insert("2");
            Tx.Commit(Connect);
            Tx.Close(Connect);
            Assert.IsNull(Tx.FindSession(Connect));
            Insert("3");
            Insert("4");
        });

        Assert.AreEqual("1,2,3,4", await Master.ItemsAsync());
        Assert.AreEqual(1, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Committed_work_survives_the_failure_of_the_unit()
    {
        FailingUnit(() =>
        {
            Insert("kept");
            Tx.Commit(Connect);
            Insert("kept too");
            Tx.Session(Connect).Commit();
            Insert("lost");
        });

        Assert.AreEqual("kept,kept too", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rolling_back_by_the_connect_and_by_the_session_keeps_nothing()
    {
        Units.Required(() =>
        {
            Insert("1");
            Tx.Rollback(Connect);
            Insert("2");
            Tx.Session(Connect).Rollback();
            Assert.IsEmpty(Tx.Session(Connect).ChangeTracker.Entries());
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Closing_rolls_back_what_is_open()
    {
        Units.Required(() =>
        {
            Insert("lost");
            Tx.Close(Connect);
            Insert("kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Added_row_is_saved_at_the_end()
    {
        Units.Required(() => { Tx.Session(Connect).Orders.Add(new Order { Item = "tea" }); });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Completing_everything_acts_on_every_connect()
    {
        var archive = await CreateArchiveAsync();
        FailingUnit(() =>
        {
            Save(Tx.Session(Connect), "kept");
            Save(Tx.Session(archive.Connect), "kept");
            Tx.CommitAll();
            Save(Tx.Session(Connect), "rolled back");
            Save(Tx.Session(archive.Connect), "rolled back");
            Tx.RollbackAll();
            Save(Tx.Session(Connect), "closed");
            Save(Tx.Session(archive.Connect), "closed");
            Tx.CloseAll();
            Assert.IsNull(Tx.FindSession(Connect));
            Assert.IsNull(Tx.FindSession(archive.Connect));
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual("kept", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_is_open_and_in_the_transaction()
    {
        FailingUnit(() =>
        {
            Tx.Connection(Connect).Execute(InsertSql, new { item = "dapper" });
            Insert("ef");
            Assert.AreEqual(2, Tx.Connection(Connect).ExecuteScalar<int>("SELECT count(*) FROM orders"));
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_command_that_is_swallowed_is_not_reported_as_committed()
    {
        Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            Insert("tea");
            Assert.Throws<System.Data.Common.DbException>(() => Tx.Connection(Connect).Execute("SELECT nothing"));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Returned_value_reaches_the_caller_after_the_commit()
    {
        var id = Units.Required(() =>
        {
            var order = new Order { Item = "tea" };
            Tx.Session(Connect).Orders.Add(order);
            Tx.Session(Connect).SaveChanges();
            return order.Id;
        });

        Assert.AreEqual("tea", await Master.ScalarAsync<string>($"SELECT item FROM orders WHERE id = {id}"));
    }

    [TestMethod]
    public async Task New_context_commits_by_itself()
    {
        FailingUnit(() =>
        {
            Insert("lost");
            Units.NewContext(() => Insert("kept"));
            Tx.RunInNewContext(() => Insert("kept too"));
        });

        Assert.AreEqual("kept,kept too", await Master.ItemsAsync());
    }
}

[TestClass]
public sealed class SynchronousSessionOnInterfaceProxyTests : SynchronousSessionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SynchronousSessionOnClassProxyTests : SynchronousSessionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SynchronousSessionOnCallTests : SynchronousSessionSpecification<CallEntry>;
