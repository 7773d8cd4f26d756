using System.Data.Common;

namespace TxAspects.Tests;

/// <summary>What runs around the end of a unit that does not commit.</summary>
public abstract class RollbackHookSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly List<string> _ran = [];

    [TestMethod]
    public async Task Committing_hook_that_throws_rolls_back_and_its_exception_reaches_the_caller()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => throw Failure);
            Tx.OnCommitting(() => _ran.Add("later committing"));
            Tx.OnCommitted(() => _ran.Add("committed"));
            Tx.OnRolledBack(() => _ran.Add("rolled back"));
            await InsertAsync("tea");
        }));

        AssertRan("rolled back");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Committing_hook_may_ask_for_a_rollback()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => Tx.SetRollbackOnly("no tea"));
            Tx.OnRolledBack(() => _ran.Add("rolled back"));
            await InsertAsync("tea");
        });

        AssertRan("rolled back");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Committing_hook_that_swallows_an_inner_failure_dooms()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("hook"))));
            await InsertAsync("body");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Rolled_back_hook_may_add_hooks()
    {
        await SwallowAsync(() => Units.RequiredAsync(() =>
        {
            Tx.OnRolledBack(() => Tx.OnRolledBack(() => _ran.Add("added")));
            throw Failure;
        }));

        AssertRan("added");
    }

    [TestMethod]
    public async Task Rolled_back_hook_may_open_a_unit()
    {
        await SwallowAsync(() => Units.RequiredAsync(() =>
        {
            Tx.OnRolledBack(() => Units.RequiredAsync(() => InsertAsync("hook")));
            return InsertAndFailAsync("body");
        }));

        Assert.AreEqual("hook", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_unit_that_fails_runs_its_rolled_back_hooks_alone()
    {
        Swallow(() => Units.Required(() =>
        {
            AddAll();
            throw Failure;
        }));

        AssertRan("rolled back");
    }

    [TestMethod]
    public async Task Failing_unit_runs_its_rolled_back_hooks_alone_without_a_unit()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => _ran.Add("committing"));
            Tx.OnCommitted(() => _ran.Add("committed"));
            Tx.OnRolledBack(() => throw new InvalidOperationException());
            Tx.OnRolledBack(() => _ran.Add($"{Master.ConnectionsLeased} {Tx.IsOpen}"));
            await InsertAndFailAsync("tea");
        }));

        AssertRan("0 False");
    }

    [TestMethod]
    public async Task Doomed_unit_runs_its_rolled_back_hooks_alone()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            AddAll();
            await SwallowAsync(() => Units.RequiredAsync(() => throw Failure));
        }));

        AssertRan("rolled back");
    }

    [TestMethod]
    public async Task Commit_that_fails_runs_the_rolled_back_hooks()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        await Assert.ThrowsAsync<DbException>(() => Units.RequiredAsync(async () =>
        {
            AddAll();
            await AddAsync(new Order { Item = "second", Slot = 1 });
        }));

        AssertRan("committing", "rolled back");
    }

    private void AddAll()
    {
        Tx.OnCommitting(() => _ran.Add("committing"));
        Tx.OnCommitted(() => _ran.Add("committed"));
        Tx.OnRolledBack(() => _ran.Add("rolled back"));
    }

    private void AssertRan(params string[] expected) => Assert.AreEqual(string.Join(", ", expected), string.Join(", ", _ran));
}

[TestClass]
public sealed class RollbackHookOnInterfaceProxyTests : RollbackHookSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class RollbackHookOnClassProxyTests : RollbackHookSpecification<ClassProxyEntry>;

[TestClass]
public sealed class RollbackHookOnCallTests : RollbackHookSpecification<CallEntry>;
