using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A session of the user's own is committed and rolled back by the unit it was brought into, and disposed by the user.</summary>
public abstract class AttachedSessionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Attached_session_is_committed_with_the_unit_and_works_on_after_it()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);

        await Units.RequiredAsync(async () =>
        {
            Tx.AttachSession(Connect, mine);
            Assert.AreSame(mine, await Tx.SessionAsync(Connect));
            await InsertAsync("kept");
            Assert.AreEqual(0, await Master.CountAsync());
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual(1, await mine.Orders.CountAsync());
    }

    [TestMethod]
    public async Task Attached_session_is_rolled_back_with_the_unit_and_works_on_after_it()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);

        await FailingUnitAsync(async () =>
        {
            Tx.AttachSession(Connect, mine);
            await InsertAsync("lost");
        });

        Assert.IsEmpty(mine.ChangeTracker.Entries());
        Assert.AreEqual(0, await mine.Orders.CountAsync());
    }

    [TestMethod]
    public void Attached_session_is_committed_with_a_synchronous_unit()
    {
        using var mine = Tx.NewSession(Connect);

        Units.Required(() =>
        {
            Tx.AttachSession(Connect, mine);
            Insert("1");
            Tx.Commit(Connect);
            Insert("lost");
            Tx.Rollback(Connect);
            Insert("2");
        });

        Assert.AreEqual(2, mine.Orders.Count());
    }

    [TestMethod]
    public async Task Early_commit_and_rollback_work_on_an_attached_session()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);

        await FailingUnitAsync(async () =>
        {
            Tx.AttachSession(Connect, mine);
            await InsertAsync("1");
            await Tx.CommitAsync(Connect);
            await InsertAsync("lost");
            await mine.RollbackAsync();
            await InsertAsync("2");
            await mine.CommitAsync();
            await InsertAsync("lost");
        });

        Assert.AreEqual("1,2", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Uncommitted_work_from_before_comes_along()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);
        await using var begun = await mine.Database.BeginTransactionAsync();
        await SaveAsync(mine, "before");

        await Units.RequiredAsync(async () =>
        {
            Tx.AttachSession(Connect, mine);
            await InsertAsync("inside");
        });

        Assert.AreEqual("before,inside", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Detached_session_takes_its_transaction_along_and_is_committed_by_its_owner()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);
        await FailingUnitAsync(async () =>
        {
            Tx.AttachSession(Connect, mine);
            await InsertAsync("kept");
            Assert.AreSame(mine, Tx.DetachSession(Connect));
            Assert.IsNull(Tx.FindSession(Connect));
            Assert.AreNotSame(mine, await Tx.SessionAsync(Connect));
            await InsertAsync("lost");
        });

        Assert.AreEqual(0, await Master.CountAsync());
        await mine.CommitAsync();
        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Detached_session_that_is_not_committed_is_rolled_back_when_it_is_disposed()
    {
        await Units.RequiredAsync(async () =>
        {
            await using var mine = await Tx.NewSessionAsync(Connect);
            Tx.AttachSession(Connect, mine);
            await InsertAsync("lost");
            Tx.DetachSession(Connect);
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Session_that_the_unit_made_itself_is_not_given_away()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            var refused = Assert.ThrowsExactly<SessionException>(() => Tx.DetachSession(Connect));
            StringAssert.Contains(refused.Message, "Tx.AttachSession");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Detaching_where_there_is_none_gives_null()
    {
        await Units.RequiredAsync(() =>
        {
            Assert.IsNull(Tx.DetachSession(Connect));
            return Task.CompletedTask;
        });
    }

    [TestMethod]
    public async Task Attaching_the_same_session_twice_is_fine()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);

        await Units.RequiredAsync(async () =>
        {
            Tx.AttachSession(Connect, mine);
            Tx.AttachSession(Connect, mine);
            await InsertAsync("tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Attaching_where_another_session_is_names_the_remedy_and_changes_nothing()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);

        await Units.RequiredAsync(async () =>
        {
            var there = await Tx.SessionAsync(Connect);
            var refused = Assert.ThrowsExactly<SessionException>(() => Tx.AttachSession(Connect, mine));
            StringAssert.Contains(refused.Message, "Tx.DetachSession");
            Assert.AreSame(there, await Tx.SessionAsync(Connect));
            await InsertAsync("tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_of_another_open_unit_cannot_be_attached()
    {
        await Units.RequiredAsync(async () =>
        {
            var outer = await Tx.SessionAsync(Connect);
            await Units.NewContextAsync(() =>
            {
                var refused = Assert.ThrowsExactly<SessionException>(() => Tx.AttachSession(Connect, outer));
                StringAssert.Contains(refused.Message, $"'{NameOf("RequiredAsync")}'");
                return Task.CompletedTask;
            });
        });
    }

    [TestMethod]
    public async Task Session_attached_under_another_connect_is_committed_by_every_call()
    {
        var archive = await CreateArchiveAsync();
        await using var mine = await Tx.NewSessionAsync(Connect);

        await FailingUnitAsync(async () =>
        {
            Tx.AttachSession(archive.Connect, mine);
            await InsertAsync("1", archive.Connect);
            await mine.CommitAsync();
            Assert.AreEqual("1", await Master.ItemsAsync());
            await InsertAsync("2", archive.Connect);
            await Tx.CommitAsync(archive.Connect);
            await InsertAsync("lost", archive.Connect);
            await mine.RollbackAsync();
            Assert.IsEmpty(mine.ChangeTracker.Entries());
        });

        Assert.AreEqual("1,2", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Context_that_no_connect_made_is_refused_with_the_remedy()
    {
        await using var mine = NewHandMadeContext();

        await Units.RequiredAsync(() =>
        {
            var refused = Assert.ThrowsExactly<SessionException>(() => Tx.AttachSession(Connect, mine));
            StringAssert.Contains(refused.Message, "Tx.NewSessionAsync");
            Assert.IsNull(Tx.FindSession(Connect));
            return Task.CompletedTask;
        });
    }

    [TestMethod]
    public async Task Attached_session_tracks_again_after_a_read_only_unit()
    {
        await using var mine = await Tx.NewSessionAsync(Connect);

        await Units.ReadOnlyAsync(() =>
        {
            Tx.AttachSession(Connect, mine);
            Assert.AreEqual(QueryTrackingBehavior.NoTracking, mine.ChangeTracker.QueryTrackingBehavior);
            return Task.CompletedTask;
        });

        Assert.AreEqual(QueryTrackingBehavior.TrackAll, mine.ChangeTracker.QueryTrackingBehavior);
    }
}

[TestClass]
public sealed class AttachedSessionOnInterfaceProxyTests : AttachedSessionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class AttachedSessionOnClassProxyTests : AttachedSessionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class AttachedSessionOnCallTests : AttachedSessionSpecification<CallEntry>;
