using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>One session per unit and connect, and nothing opens before its first command.</summary>
public abstract class LazySessionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Unit_without_sql_opens_no_connection()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.IsEmpty(db.ChangeTracker.Entries());
            await db.SaveChangesAsync();
            await Tx.CommitAsync(Connect);
            await Tx.RollbackAsync(Connect);
        });
        Units.Required(() => { Tx.Session(Connect).SaveChanges(); });

        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Failing_unit_without_sql_opens_no_connection()
    {
        await FailingUnitAsync(async () => await Tx.SessionAsync(Connect));

        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task One_read_takes_one_connection_and_gives_it_back()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.AreEqual(0, Master.ConnectionsLeased);
            Assert.AreEqual(0, await db.Orders.CountAsync());
            Assert.AreEqual(1, Master.ConnectionsLeased);
        });

        Assert.AreEqual(1, Master.ConnectionsOpened);
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public void One_synchronous_read_takes_one_connection_and_gives_it_back()
    {
        Units.Required(() =>
        {
            Assert.AreEqual(0, Tx.Session(Connect).Orders.Count());
            Assert.AreEqual(1, Master.ConnectionsLeased);
        });

        Assert.AreEqual(1, Master.ConnectionsOpened);
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task All_commands_of_a_unit_run_in_one_transaction()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var first = await TransactionAsync(db);
            await InsertAsync("tea");
            Assert.AreEqual(first, await TransactionAsync(db));
            Assert.AreEqual(0, await Master.CountAsync());
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Asking_again_gives_the_same_session_in_child_tasks_and_inner_calls_too()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);

            Assert.AreSame(db, await Tx.SessionAsync(Connect));
            Assert.AreSame(db, await Task.Run(() => Tx.SessionAsync(Connect).AsTask()));
            Assert.AreSame(db, Tx.Session(Connect));
            Assert.AreSame(db, Tx.FindSession(Connect));
            await Units.RequiredAsync(async () => Assert.AreSame(db, await Tx.SessionAsync(Connect)));
            Units.Required(() => Assert.AreSame(db, Tx.Session(Connect)));
        });
    }

    [TestMethod]
    public async Task Twenty_branches_at_once_get_one_session()
    {
        await Units.RequiredAsync(async () =>
        {
            using var start = new Barrier(20);
            var branches = Enumerable.Range(0, 20).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return Tx.Session(Connect);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

            Assert.HasCount(1, (await Task.WhenAll(branches)).Distinct());
        });
    }

    [TestMethod]
    public async Task Session_that_was_not_asked_for_is_not_found()
    {
        await Units.RequiredAsync(() =>
        {
            Assert.IsNull(Tx.FindSession(Connect));
            return Task.CompletedTask;
        });

        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task New_context_has_a_session_of_its_own()
    {
        await Units.RequiredAsync(async () =>
        {
            var outer = await Tx.SessionAsync(Connect);
            await Units.NewContextAsync(async () => Assert.AreNotSame(outer, await Tx.SessionAsync(Connect)));
            Units.NewContext(() => Assert.AreNotSame(outer, Tx.Session(Connect)));
            Assert.AreSame(outer, await Tx.SessionAsync(Connect));
        });
    }

    private static Task<string> TransactionAsync(DbContext db)
        => db.Database.SqlQueryRaw<string>("SELECT virtualtransaction AS \"Value\" FROM pg_locks WHERE pid = pg_backend_pid() LIMIT 1")
            .SingleAsync();
}

[TestClass]
public sealed class LazySessionOnInterfaceProxyTests : LazySessionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LazySessionOnClassProxyTests : LazySessionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LazySessionOnCallTests : LazySessionSpecification<CallEntry>;
