using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

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

    private static async Task AssertOverAsync(Func<Task> end)
        => StringAssert.Contains((await Assert.ThrowsExactlyAsync<SessionException>(end)).Message, "is over");
}

[TestClass]
public sealed class StaleTransactionOnInterfaceProxyTests : StaleTransactionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class StaleTransactionOnClassProxyTests : StaleTransactionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class StaleTransactionOnCallTests : StaleTransactionSpecification<CallEntry>;
