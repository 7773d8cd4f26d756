namespace TxAspects.Tests;

/// <summary>Hooks of atomic blocks and of nested calls.</summary>
public abstract class BlockHookSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly List<string> _ran = [];

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

    private void Add(string name)
    {
        Tx.OnCommitting(() => _ran.Add($"committing {name}"));
        Tx.OnCommitted(() => _ran.Add($"committed {name}"));
        Tx.OnRolledBack(() => _ran.Add($"rolled back {name}"));
    }

    private void AssertRan(params string[] expected) => Assert.AreEqual(string.Join(", ", expected), string.Join(", ", _ran));
}

[TestClass]
public sealed class BlockHookOnInterfaceProxyTests : BlockHookSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class BlockHookOnClassProxyTests : BlockHookSpecification<ClassProxyEntry>;

[TestClass]
public sealed class BlockHookOnCallTests : BlockHookSpecification<CallEntry>;
