using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Several databases in one unit: flush all, then commit in order of first use.</summary>
public abstract class TwoConnectsSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Both_are_committed()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await InsertAsync("tea", archive.Connect);
        });

        Assert.AreEqual(1, await Master.CountAsync());
        Assert.AreEqual(1, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Both_are_rolled_back()
    {
        var archive = await CreateArchiveAsync();

        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await InsertAndFailAsync("tea", archive.Connect);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Starting_over_with_the_one_whose_early_commit_failed_does_not_forgive_the_loss_of_the_other()
    {
        var archive = await CreateArchiveAsync();
        await OccupySlotAsync(Master);

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await AddAsync(new Order { Item = "refused", Slot = 1 });
            await InsertAsync("lost", archive.Connect);
            await Assert.ThrowsAsync<DbException>(() => Tx.CommitAllAsync());
            await Tx.RollbackAsync(Connect);
        }));

        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Undone_block_keeps_the_doom_of_work_in_a_session_that_took_the_place_of_a_closed_one()
    {
        var archive = await CreateArchiveAsync();

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("first", archive.Connect);
            await SwallowAsync(() => Tx.AtomicAsync(Connect, _ => Units.RequiredAsync(async () =>
            {
                await Tx.CloseAsync(archive.Connect);
                await InsertAndFailAsync("half done", archive.Connect);
            }), WhenInTransaction.Savepoint));
        }));

        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Flush_that_fails_in_the_first_commits_nothing_anywhere()
    {
        var archive = await CreateArchiveAsync();

        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => Units.RequiredAsync(async () =>
        {
            await AddAsync(new Order { Item = "tea", Quantity = 0 });
            await InsertAsync("tea", archive.Connect);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Flush_that_fails_in_the_second_commits_nothing_anywhere()
    {
        var archive = await CreateArchiveAsync();

        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await AddAsync(new Order { Item = "tea", Quantity = 0 }, archive.Connect);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Commit_that_fails_in_the_first_keeps_nothing_and_throws_the_databases_own_exception()
    {
        var archive = await CreateArchiveAsync();
        await OccupySlotAsync(Master);

        var failed = await Assert.ThrowsAsync<DbException>(() => Units.RequiredAsync(async () =>
        {
            await AddAsync(new Order { Item = "tea", Slot = 1 });
            await InsertAsync("tea", archive.Connect);
        }));

        Assert.IsTrue(TestDatabase.IsTakenSlot(failed));
        Assert.AreEqual("first", await Master.ItemsAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Commit_that_fails_in_the_second_of_three_lists_what_became_of_each()
    {
        var archive = await CreateArchiveAsync();
        await OccupySlotAsync(archive);
        await using var third = Master.Create(name: "third");

        var partial = await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
            await InsertAsync("undone", third);
        }));

        CollectionAssert.AreEqual(new[] { "master" }, partial.Committed.ToArray());
        Assert.AreEqual("archive", partial.Failed);
        CollectionAssert.AreEqual(new[] { "third" }, partial.RolledBack.ToArray());
        Assert.AreEqual(NameOf("RequiredAsync"), partial.UnitName);
        Assert.IsTrue(TestDatabase.IsTakenSlot(partial.InnerException!));
        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual("first", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Connect_without_work_is_in_no_list()
    {
        var archive = await CreateArchiveAsync();
        await OccupySlotAsync(archive);
        await using var idle = Master.Create(name: "idle");

        var failed = await Assert.ThrowsAsync<DbException>(() => Units.RequiredAsync(async () =>
        {
            await Tx.SessionAsync(idle);
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
            await Tx.SessionAsync(Connect);
        }));

        Assert.IsTrue(TestDatabase.IsTakenSlot(failed));
    }

    [TestMethod]
    public async Task Unit_committed_in_part_runs_the_hooks_of_neither_outcome()
    {
        var archive = await CreateArchiveAsync();
        await OccupySlotAsync(archive);
        var ran = new List<string>();

        await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => ran.Add("committed"));
            Tx.OnRolledBack(() => ran.Add("rolled back"));
            await InsertAsync("kept");
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
        }));

        Assert.IsEmpty(ran);
    }

    [TestMethod]
    public async Task Unit_committed_in_part_says_so_in_its_state()
    {
        var archive = await CreateArchiveAsync();
        await OccupySlotAsync(archive);
        ITxUnit? unit = null;

        await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            await InsertAsync("kept");
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
        }));

        Assert.AreEqual(UnitOfWorkState.PartlyCommitted, unit!.State);
    }

    [TestMethod]
    public async Task Early_commit_of_all_that_fails_in_the_second_throws_and_the_unit_cannot_go_on_to_commit()
    {
        var archive = await CreateArchiveAsync();
        await OccupySlotAsync(archive);

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
            await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Tx.CommitAllAsync());
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual("first", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Early_commit_of_one_leaves_the_other_to_the_unit()
    {
        var archive = await CreateArchiveAsync();

        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await InsertAsync("undone", archive.Connect);
            await Tx.CommitAsync(Connect);
            throw Failure;
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    private static Task OccupySlotAsync(TestDatabase database)
        => database.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");
}

[TestClass]
public sealed class TwoConnectsOnInterfaceProxyTests : TwoConnectsSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class TwoConnectsOnClassProxyTests : TwoConnectsSpecification<ClassProxyEntry>;

[TestClass]
public sealed class TwoConnectsOnCallTests : TwoConnectsSpecification<CallEntry>;
