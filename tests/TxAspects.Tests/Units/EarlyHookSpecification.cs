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
    public async Task Hooks_inside_an_atomic_block_run_when_it_returns_and_earlier_ones_wait()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("before");
            await Tx.AtomicAsync(Connect, async _ =>
            {
                Add("inside");
                await InsertAsync("tea");
            });
            _ran.Add("body");
        });

        AssertRan("committing inside", "committed inside", "body", "committing before", "committed before");
    }

    [TestMethod]
    public async Task Work_that_an_atomic_block_commits_first_takes_its_hooks_along()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("before");
            await InsertAsync("tea");
            await Tx.AtomicAsync(Connect, async _ =>
            {
                _ran.Add("block");
                await InsertAsync("tea");
            });
        });

        AssertRan("committing before", "committed before", "block");
    }

    [TestMethod]
    public async Task Atomic_block_that_throws_takes_its_hooks_along_and_leaves_earlier_ones()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("before");
            await SwallowAsync(() => Tx.AtomicAsync(Connect, async _ =>
            {
                Add("inside");
                await InsertAndFailAsync("tea");
            }));
            _ran.Add("body");
        });

        AssertRan("body", "committing before", "committed before", "rolled back inside");
    }

    [TestMethod]
    public async Task Committing_hook_of_an_atomic_block_that_throws_leaves_earlier_hooks()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("before");
            await SwallowAsync(() => Tx.AtomicAsync(Connect, async _ =>
            {
                Tx.OnCommitting(() => throw Failure);
                await InsertAsync("tea");
            }));
            _ran.Add("body");
        });

        AssertRan("body", "committing before", "committed before");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Hooks_inside_a_savepoint_block_wait_for_the_unit()
    {
        await Units.RequiredAsync(async () =>
        {
            await Tx.AtomicAsync(
                Connect,
                async _ =>
                {
                    Add("inside");
                    await InsertAsync("tea");
                },
                WhenInTransaction.Savepoint);
            _ran.Add("body");
        });

        AssertRan("body", "committing inside", "committed inside");
    }

    [TestMethod]
    public async Task Hooks_of_nested_work_wait_for_the_unit()
    {
        await Units.RequiredAsync(async () =>
        {
            await Units.NestedAsync(async () =>
            {
                Add("nested");
                await InsertAsync("tea");
            });
            _ran.Add("body");
        });

        AssertRan("body", "committing nested", "committed nested");
    }

    [TestMethod]
    public async Task Hooks_of_nested_work_that_was_undone_see_no_commit_and_learn_of_the_rollback_at_the_end()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                Add("nested");
                await InsertAndFailAsync("tea");
            }));
            _ran.Add("body");
        });

        AssertRan("body", "committing outer", "committed outer", "rolled back nested");
    }

    [TestMethod]
    public async Task Hooks_of_nested_work_that_was_undone_run_once_where_the_unit_fails_as_well()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            Add("outer");
            await SwallowAsync(() => Units.NestedAsync(() =>
            {
                Add("nested");
                throw Failure;
            }));
            throw Failure;
        }));

        AssertRan("rolled back outer", "rolled back nested");
    }

    [TestMethod]
    public async Task Hooks_that_undone_nested_work_added_after_an_early_commit_are_undone_with_it()
    {
        await Units.RequiredAsync(async () =>
        {
            Add("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("tea");
                await Tx.CommitAsync(Connect);
                Add("nested");
                await InsertAndFailAsync("tea");
            }));
            _ran.Add("body");
        });

        AssertRan("committing outer", "committed outer", "body", "rolled back nested");
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
