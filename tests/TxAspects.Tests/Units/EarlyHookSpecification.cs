using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Hooks where work ends before its unit does.</summary>
public abstract class EarlyHookSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly List<string> _ran = [];

    [TestMethod]
    public async Task Early_commit_runs_the_hooks_once()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("1");
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            _ran.Add("body");
        });

        AssertRan("committing 1", "committed 1", "body");
    }

    [TestMethod]
    public async Task Commit_of_a_session_in_hand_runs_the_hooks()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("1");
            await InsertAsync("tea");
            await (await Tx.SessionAsync(Connect)).CommitAsync();
            _ran.Add("body");
        });

        AssertRan("committing 1", "committed 1", "body");
    }

    [TestMethod]
    public async Task Hooks_added_after_an_early_commit_wait_for_the_end()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("1");
            await InsertAsync("tea");
            await Tx.CommitAllAsync();
            Add("2");
            await InsertAsync("tea");
            _ran.Add("body");
        });

        AssertRan("committing 1", "committed 1", "body", "committing 2", "committed 2");
    }

    [TestMethod]
    public async Task Committing_hook_of_an_early_commit_may_write()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => InsertAsync("hook"));
            await InsertAsync("body");
            await Tx.CommitAsync(Connect);
            throw Failure;
        }));

        Assert.AreEqual("body,hook", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Committing_hook_of_an_early_commit_that_throws_rolls_back_and_the_unit_goes_on()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => throw Failure);
            Tx.OnRolledBack(() => _ran.Add("rolled back"));
            await InsertAsync("undone");
            await SwallowAsync(() => Tx.CommitAsync(Connect));
            await InsertAsync("after");
        });

        AssertRan("rolled back");
        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Committing_hook_of_an_early_commit_whose_own_save_fails_rolls_back_and_the_unit_goes_on()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => throw new DbUpdateException("A hook's own.", Failure));
            Tx.OnRolledBack(() => _ran.Add("rolled back"));
            await InsertAsync("undone");
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => Tx.CommitAsync(Connect));
            await InsertAsync("after");
        });

        AssertRan("rolled back");
        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Save_of_an_early_commit_that_fails_before_it_is_sent_leaves_what_is_pending_to_the_next()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("1");
            var db = await Tx.SessionAsync(Connect);
            db.Add(new Order { Item = "tea" });
            db.SavingChanges += ThrowOnce;
            await SwallowAsync(() => Tx.CommitAsync(Connect));
            _ran.Add("body");

            void ThrowOnce(object? sender, SavingChangesEventArgs saving)
            {
                db.SavingChanges -= ThrowOnce;
                throw Failure;
            }
        });

        AssertRan("committing 1", "body", "committed 1");
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Committed_hook_of_an_early_commit_runs_with_connections_released_and_no_unit()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => _ran.Add($"{Master.ConnectionsLeased} {Tx.IsOpen}"));
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            Assert.IsTrue(Tx.IsOpen);
        });

        AssertRan("0 False");
    }

    [TestMethod]
    public async Task Committed_hook_waits_for_the_work_on_another_connect()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => _ran.Add("committed"));
            await InsertAsync("tea");
            await InsertAsync("tea", archive.Connect);
            await Tx.CommitAsync(Connect);
            _ran.Add("body");
        });

        AssertRan("body", "committed");
    }

    [TestMethod]
    public async Task Early_rollback_runs_the_hooks_for_it_and_drops_the_others()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("1");
            await InsertAsync("tea");
            await Tx.RollbackAsync(Connect);
            _ran.Add("body");
            Add("2");
        });

        AssertRan("rolled back 1", "body", "committing 2", "committed 2");
    }

    [TestMethod]
    public async Task Rollback_of_a_session_in_hand_runs_the_hooks_for_it()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("1");
            await InsertAsync("tea");
            await (await Tx.SessionAsync(Connect)).RollbackAsync();
            _ran.Add("body");
        });

        AssertRan("rolled back 1", "body");
    }

    [TestMethod]
    public void Synchronous_early_commit_and_rollback_run_the_hooks()
    {
        Units.Required(() =>
        {
            Add("1");
            Insert("tea");
            Tx.Commit(Connect);
            Add("2");
            Insert("tea");
            Tx.RollbackAll();
            _ran.Add("body");
        });

        AssertRan("committing 1", "committed 1", "rolled back 2", "body");
    }

    [TestMethod]
    public async Task Hook_that_an_early_commit_runs_may_add_hooks()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => Tx.OnCommitted(() => _ran.Add("added")));
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            _ran.Add("body");
        });

        AssertRan("added", "body");
    }

    [TestMethod]
    public async Task Early_close_with_uncommitted_work_runs_the_hooks_for_a_rollback()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("1");
            await InsertAsync("tea");
            await Tx.CloseAllAsync();
            _ran.Add("body");
        });

        AssertRan("rolled back 1", "body");
    }

    [TestMethod]
    public async Task Early_close_with_nothing_uncommitted_leaves_the_hooks_to_the_end()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            Add("1");
            await Tx.CloseAllAsync();
            _ran.Add("body");
        });

        AssertRan("body", "committing 1", "committed 1");
    }

    [TestMethod]
    public async Task Hooks_of_an_early_commit_in_part_never_run()
    {
        var archive = await CreateArchiveAsync();
        await archive.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            Add("1");
            await InsertAsync("kept");
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
            await Tx.CommitAllAsync();
        }));

        AssertRan("committing 1");
    }

    [TestMethod]
    public async Task Synchronous_early_commit_refuses_where_a_hook_must_be_awaited_and_the_unit_may_commit_otherwise()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(async () =>
            {
                await Task.Yield();
                _ran.Add("committed");
            });
            await InsertAsync("tea");
            Assert.ThrowsExactly<SynchronousUseException>(() => Tx.Commit(Connect));
        });

        AssertRan("committed");
        Assert.AreEqual(1, await Master.CountAsync());
    }

    private void Add(string name)
    {
        Tx.OnCommitting(() => _ran.Add($"committing {name}"));
        Tx.OnCommitted(() => _ran.Add($"committed {name}"));
        Tx.OnRolledBack(() => _ran.Add($"rolled back {name}"));
    }

    private void AssertRan(params string[] expected) => Assert.AreEqual(string.Join(", ", expected), string.Join(", ", _ran));
}

[TestClass]
public sealed class EarlyHookOnInterfaceProxyTests : EarlyHookSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class EarlyHookOnClassProxyTests : EarlyHookSpecification<ClassProxyEntry>;

[TestClass]
public sealed class EarlyHookOnCallTests : EarlyHookSpecification<CallEntry>;
