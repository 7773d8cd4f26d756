using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A unit with two databases: two transactions, one outcome.</summary>
public abstract class SeveralConnectsSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Returning_commits_both()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await InsertAsync("tea", archive.Connect);
            Assert.AreNotSame(await Tx.SessionAsync(Connect), await Tx.SessionAsync(archive.Connect));
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual("tea", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Throwing_rolls_both_back()
    {
        var archive = await CreateArchiveAsync();

        await FailingUnitAsync(async () =>
        {
            await InsertAsync("tea");
            await InsertAsync("tea", archive.Connect);
        });

        Assert.AreEqual(0, await Master.CountAsync() + await archive.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_unit_commits_both()
    {
        var archive = await CreateArchiveAsync();

        Units.Required(() =>
        {
            Save(Tx.Session(Connect), "tea");
            Save(Tx.Session(archive.Connect), "tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual("tea", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Early_commit_of_one_leaves_the_other_to_the_unit()
    {
        var archive = await CreateArchiveAsync();

        await FailingUnitAsync(async () =>
        {
            await InsertAsync("lost");
            await InsertAsync("kept", archive.Connect);
            await Tx.CommitAsync(archive.Connect);
        });

        Assert.AreEqual("", await Master.ItemsAsync());
        Assert.AreEqual("kept", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Early_rollback_of_one_leaves_the_other_to_the_unit()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await InsertAsync("lost", archive.Connect);
            await Tx.RollbackAsync(archive.Connect);
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual("", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_command_on_one_keeps_both_from_being_committed()
    {
        var archive = await CreateArchiveAsync();

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("lost");
            await InsertAsync("lost", archive.Connect);
            var db = await Tx.SessionAsync(archive.Connect);
            await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT nothing"));
        }));

        Assert.AreEqual(0, await Master.CountAsync() + await archive.CountAsync());
    }
}

[TestClass]
public sealed class SeveralConnectsOnInterfaceProxyTests : SeveralConnectsSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SeveralConnectsOnClassProxyTests : SeveralConnectsSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SeveralConnectsOnCallTests : SeveralConnectsSpecification<CallEntry>;
