using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// A connection that is lost inside a unit: the user's exception wins, the rest is rolled back, and nothing is reported as committed.
/// </summary>
public abstract class BrokenConnectionSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Rollback_that_fails_does_not_replace_the_users_exception()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await KillBackendAsync();
            throw Failure;
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_rollback_that_fails_does_not_replace_the_users_exception()
    {
        Swallow(() => Units.Required(() =>
        {
            Insert("tea");
            KillBackendAsync().GetAwaiter().GetResult();
            throw Failure;
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Other_session_is_still_rolled_back_when_the_first_cannot_be()
    {
        var archive = await CreateArchiveAsync();

        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await InsertAsync("tea", archive.Connect);
            await KillBackendAsync();
            throw Failure;
        }));

        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Rolled_back_hooks_run_although_the_rollback_failed()
    {
        var ran = false;

        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            Tx.OnRolledBack(() => ran = true);
            await InsertAsync("tea");
            await KillBackendAsync();
            throw Failure;
        }));

        Assert.IsTrue(ran);
    }

    [TestMethod]
    public async Task Pool_hands_out_a_good_connection_afterwards()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await KillBackendAsync();
            throw Failure;
        }));

        await Units.RequiredAsync(() => InsertAsync("after"));

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_lost_before_the_commit_is_not_reported_as_committed()
    {
        ITxUnit? unit = null;
        var committed = false;

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            Tx.OnCommitted(() => committed = true);
            await InsertAsync("tea");
            await KillBackendAsync();
        }));

        Assert.IsFalse(committed);
        Assert.AreNotEqual(UnitOfWorkState.Committed, unit!.State);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Connection_lost_before_pending_changes_are_saved_rolls_back()
    {
        ITxUnit? unit = null;

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            await InsertAsync("tea");
            await AddAsync(new Order { Item = "coffee" });
            await KillBackendAsync();
        }));

        Assert.AreEqual(UnitOfWorkState.RolledBack, unit!.State);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Connection_lost_before_the_second_of_two_commits_is_a_partial_commit()
    {
        var archive = await CreateArchiveAsync();

        var partial = await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await InsertAsync("tea", archive.Connect);
            await KillBackendAsync(archive);
        }));

        Assert.AreEqual("archive", partial.Failed);
        Assert.AreEqual(1, await Master.CountAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Unit_may_start_over_after_it_rolled_a_lost_connection_back()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("lost");
            await KillBackendAsync();
            await Tx.RollbackAllAsync();
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_that_cannot_be_undone_keeps_its_exception_and_dooms_the_unit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                await KillBackendAsync();
                throw Failure;
            }));
            Assert.AreEqual(UnitOfWorkState.Doomed, Tx.Current!.State);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Swallowed_failure_of_a_command_on_a_lost_connection_dooms()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await KillBackendAsync();
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsAsync<Exception>(() => db.Orders.CountAsync());
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    /// <summary>Ends the server's side of the session's connection, and returns when it is gone.</summary>
    private async Task KillBackendAsync(TestDatabase? database = null)
    {
        database ??= Master;
        var db = await Tx.SessionAsync(database.Connect);
        var pid = (await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").ToListAsync()).Single();
        Assert.IsTrue(await database.ScalarAsync<bool>($"SELECT pg_terminate_backend({pid}, 10000)"));
    }
}

[TestClass]
public sealed class BrokenConnectionOnInterfaceProxyTests : BrokenConnectionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class BrokenConnectionOnClassProxyTests : BrokenConnectionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class BrokenConnectionOnCallTests : BrokenConnectionSpecification<CallEntry>;
