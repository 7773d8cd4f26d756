namespace TxAspects.Tests;

/// <summary>What runs around the end of a unit.</summary>
public abstract class HookSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly List<string> _ran = [];

    [TestMethod]
    public async Task Hooks_run_in_the_order_in_which_they_were_added_around_the_commit()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => _ran.Add("committed 1"));
            Tx.OnCommitting(() => _ran.Add("committing 1"));
            Tx.OnRolledBack(() => _ran.Add("rolled back"));
            Tx.OnCommitting(() => _ran.Add("committing 2"));
            Tx.OnCommitted(() => _ran.Add("committed 2"));
            await InsertAsync("tea");
            _ran.Add("body");
        });

        AssertRan("body", "committing 1", "committing 2", "committed 1", "committed 2");
    }

    [TestMethod]
    public async Task Asynchronous_hooks_are_awaited()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => YieldAndNoteAsync("committing"));
            Tx.OnCommitted(() => YieldAndNoteAsync("committed"));
            await InsertAsync("tea");
        });

        AssertRan("committing", "committed");
    }

    [TestMethod]
    public async Task Committing_hook_runs_inside_the_unit_and_may_write()
    {
        await Units.RequiredAsync(async () =>
        {
            var unit = Tx.Current;
            Tx.OnCommitting(async () =>
            {
                Assert.AreSame(unit, Tx.Current);
                await InsertAsync("saved");
                await AddAsync(new Order { Item = "added" });
            });
            await InsertAsync("body");
        });

        Assert.AreEqual("added,body,saved", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Hooks_may_add_hooks()
    {
        await Units.RequiredAsync(() =>
        {
            Tx.OnCommitting(() => Tx.OnCommitting(() => _ran.Add("committing")));
            Tx.OnCommitting(() => Tx.OnCommitted(() => _ran.Add("added while committing")));
            Tx.OnCommitted(() => Tx.OnCommitted(() => Tx.OnCommitted(() => _ran.Add("added twice over"))));
            return Task.CompletedTask;
        });

        AssertRan("committing", "added while committing", "added twice over");
    }

    [TestMethod]
    public async Task Committed_hook_runs_after_all_commits_with_connections_released_and_no_unit()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(async () =>
            {
                _ran.Add($"{Master.ConnectionsLeased} {archive.ConnectionsLeased} {Tx.IsOpen} {Tx.Current is null}");
                _ran.Add($"{await Master.CountAsync()} {await archive.CountAsync()}");
                await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => InsertAsync("late"));
                _ran.Add("refused");
            });
            await InsertAsync("tea");
            await InsertAsync("tea", archive.Connect);
        });

        AssertRan("0 0 False True", "1 1", "refused");
    }

    [TestMethod]
    public async Task Committed_hook_may_open_a_unit_with_hooks_of_its_own()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => Units.RequiredAsync(async () =>
            {
                Tx.OnCommitted(() => _ran.Add("committed"));
                await InsertAsync("hook");
            }));
            await InsertAsync("body");
        });

        AssertRan("committed");
        Assert.AreEqual("body,hook", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failing_unit_of_a_committed_hook_leaves_the_first_one_committed()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => Units.RequiredAsync(() => InsertAndFailAsync("hook")));
            await InsertAsync("body");
        });

        Assert.AreEqual("body", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Committed_hook_that_throws_changes_no_outcome_and_the_others_run()
    {
        var value = await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => throw Failure);
            Tx.OnCommitted(() => Task.FromException(Failure));
            Tx.OnCommitted(() => _ran.Add("last"));
            await InsertAsync("tea");
            return 42;
        });

        Assert.AreEqual(42, value);
        AssertRan("last");
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Hooks_of_an_inner_call_wait_for_the_outermost_one()
    {
        await Units.RequiredAsync(async () =>
        {
            await Units.RequiredAsync(() =>
            {
                AddAll();
                return Task.CompletedTask;
            });
            _ran.Add("body");
        });

        AssertRan("body", "committing", "committed");
    }

    [TestMethod]
    public async Task Hooks_of_a_new_context_run_at_its_own_end()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            Tx.OnRolledBack(() => _ran.Add("outer rolled back"));
            await Units.NewContextAsync(() =>
            {
                AddAll();
                return Task.CompletedTask;
            });
            await Tx.RunInNewContextAsync(() =>
            {
                AddAll();
                return Task.CompletedTask;
            });
            throw Failure;
        }));

        AssertRan("committing", "committed", "committing", "committed", "outer rolled back");
    }

    [TestMethod]
    public void Synchronous_unit_runs_synchronous_hooks()
    {
        Units.Required(() =>
        {
            AddAll();
            Insert("tea");
        });

        AssertRan("committing", "committed");
    }

    [TestMethod]
    public virtual async Task Synchronous_unit_refuses_hooks_to_await_and_goes_on()
    {
        Units.Required(() =>
        {
            Assert.ThrowsExactly<SynchronousUseException>(() => Tx.OnCommitting(() => YieldAndNoteAsync("committing")));
            Assert.ThrowsExactly<SynchronousUseException>(() => Tx.OnCommitted(() => YieldAndNoteAsync("committed")));
            Assert.ThrowsExactly<SynchronousUseException>(() => Tx.OnRolledBack(() => YieldAndNoteAsync("rolled back")));
            Insert("tea");
        });

        AssertRan();
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_inner_call_may_add_hooks_to_await_to_an_asynchronous_unit()
    {
        await Units.RequiredAsync(() =>
        {
            Units.Required(() => Tx.OnCommitted(() => YieldAndNoteAsync("committed")));
            return Task.CompletedTask;
        });

        AssertRan("committed");
    }

    [TestMethod]
    public void Hooks_need_a_unit()
    {
        Assert.ThrowsExactly<NoUnitOfWorkException>(() => Tx.OnCommitting(() => { }));
        Assert.ThrowsExactly<NoUnitOfWorkException>(() => Tx.OnCommitted(() => { }));
        Assert.ThrowsExactly<NoUnitOfWorkException>(() => Tx.OnRolledBack(() => { }));
    }

    private void AddAll()
    {
        Tx.OnCommitting(() => _ran.Add("committing"));
        Tx.OnCommitted(() => _ran.Add("committed"));
        Tx.OnRolledBack(() => _ran.Add("rolled back"));
    }

    private async Task YieldAndNoteAsync(string what)
    {
        await Task.Yield();
        _ran.Add(what);
    }

    private void AssertRan(params string[] expected) => Assert.AreEqual(string.Join(", ", expected), string.Join(", ", _ran));
}

[TestClass]
public sealed class HookOnInterfaceProxyTests : HookSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class HookOnClassProxyTests : HookSpecification<ClassProxyEntry>;

[TestClass]
public sealed class HookOnCallTests : HookSpecification<CallEntry>;
