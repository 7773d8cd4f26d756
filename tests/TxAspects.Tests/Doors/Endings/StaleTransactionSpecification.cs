using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A transaction object that is over says so, and cannot end the transaction that came after it.</summary>
public abstract class StaleTransactionSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Disposed_late_it_leaves_the_next_transaction_alone(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var stale = await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "first");
            await stale.CommitAsync();
            await SaveAsync(db, "second");
            if (async)
                await stale.DisposeAsync();
            else
                stale.Dispose();
            await SaveAsync(db, "third");
        });

        Assert.AreEqual("first,second,third", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Ended_again_it_is_refused_and_the_next_transaction_goes_on()
    {
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var stale = await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "kept");
            await stale.CommitAsync();
            await SaveAsync(db, "lost");
            await AssertOverAsync(() => stale.CommitAsync());
            await AssertOverAsync(() => stale.RollbackAsync());
            Assert.ThrowsExactly<SessionException>(stale.Commit);
            Assert.ThrowsExactly<SessionException>(stale.Rollback);
            Assert.AreEqual(2, await db.Orders.CountAsync());
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Savepoints_asked_of_it_do_not_reach_the_next_transaction()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var stale = await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "first");
            await stale.CreateSavepointAsync("mine");
            await stale.CommitAsync();
            await SaveAsync(db, "second");
            await AssertOverAsync(() => stale.RollbackToSavepointAsync("mine"));
            await AssertOverAsync(() => stale.CreateSavepointAsync("other"));
            await AssertOverAsync(() => stale.ReleaseSavepointAsync("mine"));
        });

        Assert.AreEqual("first,second", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Ended_by_the_library_it_is_over_for_whoever_began_it()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using (var committed = await db.Database.BeginTransactionAsync())
            {
                await SaveAsync(db, "kept");
                await Tx.CommitAsync(Connect);
                await AssertOverAsync(() => committed.RollbackAsync());
            }

            await using (var rolledBack = await db.Database.BeginTransactionAsync())
            {
                await SaveAsync(db, "lost");
                await Tx.RollbackAsync(Connect);
                await AssertOverAsync(() => rolledBack.CommitAsync());
            }
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Kept_beyond_its_unit_it_harms_nobody()
    {
        IDbContextTransaction? stale = null;
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            stale = await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "first");
        });
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("second");
            await AssertOverAsync(() => stale!.CommitAsync());
            await stale!.DisposeAsync();
            stale.Dispose();
            await InsertAsync("third");
        });

        Assert.AreEqual("first,second,third", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nothing_is_left_to_end_where_no_transaction_is_open()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => db.Database.CommitTransactionAsync());
            Assert.ThrowsExactly<InvalidOperationException>(db.Database.RollbackTransaction);
            await SaveAsync(db, "tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("disposed")]
    [DataRow("disposed at once")]
    [DataRow("rolled back")]
    public async Task Lost_before_it_held_anything_it_undoes_what_was_done_since(string end)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var held = await db.Database.BeginTransactionAsync();
            await FailAsLostAsync(db);
            await SaveAsync(db, "lost");
            await EndAsync(held, end);
            Assert.AreEqual(0, await db.Orders.CountAsync());
            await SaveAsync(db, "kept");
            held.Dispose();
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("disposed")]
    [DataRow("rolled back")]
    public async Task The_unit_s_own_found_after_it_was_lost_undoes_what_was_done_since(string end)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.BeginTransactionAsync();
            await FailAsLostAsync(db);
            if (db.Database.CurrentTransaction is { } found)
            {
                await SaveAsync(db, "lost");
                await EndAsync(found, end);
            }

            await SaveAsync(db, "kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Lost_with_work_it_is_told_and_undoes_nothing_later()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var held = await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "lost");
            await FailAsLostAsync(db);
            await Assert.ThrowsAsync<Exception>(() => SaveAsync(db, "refused"));
            await Tx.RollbackAllAsync();
            await SaveAsync(db, "kept");
            held.Dispose();
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    private async Task FailAsLostAsync(ShopContext db)
    {
        if (TestServer.PoolerPort is not null)
            Assert.Inconclusive("Behind a pooler a connection has no server process of its own.");

        await Master.KillAsync(((NpgsqlConnection)db.Database.GetDbConnection()).ProcessID);
        await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync(RawInsertSql));
    }

    private static async Task EndAsync(IDbContextTransaction transaction, string end)
    {
        if (end == "disposed")
            await transaction.DisposeAsync();
        else if (end == "disposed at once")
            transaction.Dispose();
        else
            await transaction.RollbackAsync();
    }

    private static async Task AssertOverAsync(Func<Task> end)
        => StringAssert.Contains((await Assert.ThrowsExactlyAsync<SessionException>(end)).Message, "is over");
}

[TestClass]
public sealed class StaleTransactionOnInterfaceProxyTests : StaleTransactionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class StaleTransactionOnClassProxyTests : StaleTransactionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class StaleTransactionOnCallTests : StaleTransactionSpecification<CallEntry>;
