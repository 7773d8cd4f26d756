using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Sessions outside the ambient unit: nothing happens to them automatically.</summary>
[TestClass]
public sealed class NewSessionTests : DatabaseTests
{
    [TestMethod]
    public async Task Without_a_commit_nothing_is_kept()
    {
        await using (var db = await Tx.NewSessionAsync(Connect))
            await SaveAsync(db, "lost");
        using (var db = Tx.NewSession(Connect))
            Save(db, "lost");

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Commit_keeps_what_was_saved_and_what_was_only_added()
    {
        await using var db = await Tx.NewSessionAsync(Connect);
        await SaveAsync(db, "saved");
        db.Orders.Add(new Order { Item = "added" });
        await db.CommitAsync();

        Assert.AreEqual("added,saved", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_commit_keeps_what_was_saved_and_what_was_only_added()
    {
        using var db = Tx.NewSession(Connect);
        Save(db, "saved");
        db.Orders.Add(new Order { Item = "added" });
        db.Commit();

        Assert.AreEqual("added,saved", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rollback_forgets_and_the_session_works_on()
    {
        await using var db = await Tx.NewSessionAsync(Connect);
        await SaveAsync(db, "lost");
        await db.RollbackAsync();
        Save(db, "lost too");
        db.Rollback();
        Assert.IsEmpty(db.ChangeTracker.Entries());
        await SaveAsync(db, "kept");
        await db.CommitAsync();

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_opens_nothing_before_its_first_command()
    {
        await using var db = await Tx.NewSessionAsync(Connect);
        await db.CommitAsync();
        await db.RollbackAsync();

        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Ambient_unit_is_untouched()
    {
        await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("lost");
            await using var db = await Tx.NewSessionAsync(Connect);
            Assert.AreNotSame(db, await Tx.SessionAsync(Connect));
            Assert.AreEqual(0, await db.Orders.CountAsync());
            await SaveAsync(db, "kept");
            await db.CommitAsync();
            throw new UnitFailure();
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failure_in_a_new_session_leaves_the_ambient_unit_alone()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("kept");
            await Assert.ThrowsAsync<Exception>(
                () => Tx.NewAtomicSessionAsync(Connect, db => db.Database.ExecuteSqlRawAsync("SELECT nothing")));
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Atomic_session_commits_when_its_block_returns()
    {
        await Tx.NewAtomicSessionAsync(Connect, db => SaveAsync(db, "1"));
        Assert.AreEqual(2, await Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            await SaveAsync(db, "2");
            return await db.Orders.CountAsync();
        }));
        Tx.NewAtomicSession(Connect, db => Save(db, "3"));
        Assert.AreEqual(4, Tx.NewAtomicSession(Connect, db =>
        {
            Save(db, "4");
            return db.Orders.Count();
        }));

        Assert.AreEqual("1,2,3,4", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Atomic_session_rolls_back_when_its_block_throws()
    {
        await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            await SaveAsync(db, "lost");
            throw new UnitFailure();
        }));
        Assert.ThrowsExactly<UnitFailure>(() => Tx.NewAtomicSession(Connect, db =>
        {
            Save(db, "lost");
            throw new UnitFailure();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Tables_can_be_created_in_a_new_session_and_are_there_after_its_commit()
    {
        await Master.ExecuteAsync("DROP TABLE orders");

        await using var db = await Tx.NewSessionAsync(Connect);
        Assert.IsTrue(await db.Database.EnsureCreatedAsync());
        await SaveAsync(db, "tea");
        await db.CommitAsync();

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Database_that_is_there_already_is_left_alone()
    {
        using var db = Tx.NewSession(Connect);

        Assert.IsFalse(db.Database.EnsureCreated());
        Assert.IsTrue(await db.Database.CanConnectAsync());
    }

    private static async Task SaveAsync(ShopContext db, string item)
    {
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    private static void Save(ShopContext db, string item)
    {
        db.Orders.Add(new Order { Item = item });
        db.SaveChanges();
    }
}
