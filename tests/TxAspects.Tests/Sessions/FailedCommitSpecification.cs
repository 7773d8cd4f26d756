using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A commit that the database refuses reaches the caller, keeps nothing, and leaves everything usable.</summary>
public abstract class FailedCommitSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task At_the_units_end_the_caller_gets_the_failure_and_the_next_unit_works()
    {
        var refused = await Assert.ThrowsAsync<DbException>(() => Units.RequiredAsync(SaveTwoInOneSlotAsync));

        Assert.IsTrue(TestDatabase.IsTakenSlot(refused));
        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
        await Units.RequiredAsync(() => InsertAsync("next"));
        Assert.AreEqual("next", await Master.ItemsAsync());
        Assert.AreEqual(1, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task At_the_end_of_a_synchronous_unit_the_caller_gets_the_failure()
    {
        Assert.Throws<DbException>(() => Units.Required(() =>
        {
            AddTwoInOneSlot(Tx.Session(Connect));
            Tx.Session(Connect).SaveChanges();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task At_an_early_commit_that_is_swallowed_the_unit_is_doomed()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await SaveTwoInOneSlotAsync();
            await Assert.ThrowsAsync<DbException>(() => Tx.CommitAsync(Connect));
            await InsertAsync("after");
        }));

        Assert.IsTrue(TestDatabase.IsTakenSlot(doomed.InnerException!));
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task At_an_early_commit_a_rollback_starts_over()
    {
        await Units.RequiredAsync(async () =>
        {
            await SaveTwoInOneSlotAsync();
            await Assert.ThrowsAsync<DbException>(() => Tx.CommitAsync(Connect));
            await Tx.RollbackAsync(Connect);
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task In_an_atomic_block_the_unit_goes_on_without_the_block()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<DbException>(() => Tx.AtomicAsync(Connect, _ => SaveTwoInOneSlotAsync()));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task In_a_new_session_the_caller_gets_the_failure_and_the_session_works_on()
    {
        await using var db = await Tx.NewSessionAsync(Connect);
        AddTwoInOneSlot(db);
        await Assert.ThrowsAsync<DbException>(() => db.CommitAsync());

        await db.RollbackAsync();
        await SaveAsync(db, "after");
        await db.CommitAsync();

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task In_a_new_atomic_session_the_caller_gets_the_failure()
    {
        await Assert.ThrowsAsync<DbException>(() => Tx.NewAtomicSessionAsync(Connect, db =>
        {
            AddTwoInOneSlot(db);
            return Task.CompletedTask;
        }));
        Assert.Throws<DbException>(() => Tx.NewAtomicSession(Connect, AddTwoInOneSlot));

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    private async Task SaveTwoInOneSlotAsync()
    {
        var db = await Tx.SessionAsync(Connect);
        AddTwoInOneSlot(db);
        await db.SaveChangesAsync();
    }

    private static void AddTwoInOneSlot(ShopContext db)
        => db.Orders.AddRange(new Order { Item = "one", Slot = 7 }, new Order { Item = "two", Slot = 7 });
}

[TestClass]
public sealed class FailedCommitOnInterfaceProxyTests : FailedCommitSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class FailedCommitOnClassProxyTests : FailedCommitSpecification<ClassProxyEntry>;

[TestClass]
public sealed class FailedCommitOnCallTests : FailedCommitSpecification<CallEntry>;
