namespace TxAspects.Tests;

/// <summary>A request to roll back: silent for the call that made it and decides, a doom for every other.</summary>
public abstract class RollbackOnlySpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Outermost_call_that_asks_for_it_returns_its_value_and_rolls_back()
    {
        var value = await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.SetRollbackOnly("no tea");
            return 42;
        });

        Assert.AreEqual(42, value);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_outermost_call_that_asks_for_it_returns_its_value_and_rolls_back()
    {
        var value = Units.Required(() =>
        {
            Insert("tea");
            Tx.SetRollbackOnly("no tea");
            return 42;
        });

        Assert.AreEqual(42, value);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public Task Unit_says_why_it_can_only_roll_back()
        => Units.RequiredAsync(() =>
        {
            Tx.SetRollbackOnly("no tea");
            Assert.AreEqual(UnitOfWorkState.Doomed, Tx.Current!.State);
            StringAssert.Contains(Tx.Current.RollbackReason, "no tea");
            Assert.IsNull(Tx.Current.DoomCause);
            return Task.CompletedTask;
        });

    [TestMethod]
    public async Task Unit_that_can_only_roll_back_refuses_early_commits()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.SetRollbackOnly("no tea");
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.CommitAllAsync());
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.AtomicAsync(Connect, _ => Task.CompletedTask));
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Inner_call_that_asks_for_it_dooms_with_its_reason()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Units.MandatoryAsync(AskAsync);
            Assert.AreEqual(UnitOfWorkState.Doomed, Tx.Current!.State);
        }));

        Assert.AreEqual(NameOf("MandatoryAsync"), doomed.FailedIn);
        StringAssert.Contains(doomed.Message, "no tea");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_inner_call_that_asks_for_it_dooms()
    {
        Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            Insert("tea");
            Units.Required(() => Tx.SetRollbackOnly("no tea"));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Innermost_of_three_that_asks_for_it_is_the_one_named()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(
            () => Units.RequiredAsync(() => Units.SupportsAsync(() => Units.MandatoryAsync(AskAsync))));

        Assert.AreEqual(NameOf("MandatoryAsync"), doomed.FailedIn);
    }

    [TestMethod]
    public async Task Rolling_everything_back_clears_what_an_inner_call_asked_for()
    {
        await Units.RequiredAsync(async () =>
        {
            await Units.RequiredAsync(AskAsync);
            await Tx.RollbackAllAsync();
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rolling_everything_back_clears_what_an_inner_call_asked_for_before_it_failed()
    {
        await Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(async () =>
            {
                await AskAsync();
                throw Failure;
            }));
            await Tx.RollbackAllAsync();
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_that_asks_for_it_is_undone_alone_and_returns()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                await AskAsync();
            });
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_that_asks_for_it_and_fails_is_undone_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await AskAsync();
                await InsertAndFailAsync("inner");
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Outermost_call_that_asks_for_it_after_a_swallowed_failure_knows_and_returns_its_value()
    {
        var value = await Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));
            Tx.SetRollbackOnly("no tea");
            return 42;
        });

        Assert.AreEqual(42, value);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public virtual async Task Failed_result_after_a_swallowed_failure_reaches_the_caller()
    {
        var result = await Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));
            return new KnownResult(IsFailure: true);
        });

        Assert.IsTrue(result.IsFailure);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Request_inside_a_new_context_leaves_the_unit_around_it_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NewContextAsync(async () =>
            {
                await InsertAsync("own");
                await AskAsync();
            });
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Request_without_a_unit_is_refused()
        => Assert.ThrowsExactly<NoUnitOfWorkException>(() => Tx.SetRollbackOnly("no tea"));

    private static Task AskAsync()
    {
        Tx.SetRollbackOnly("no tea");
        return Task.CompletedTask;
    }
}

[TestClass]
public sealed class RollbackOnlyOnInterfaceProxyTests : RollbackOnlySpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class RollbackOnlyOnClassProxyTests : RollbackOnlySpecification<ClassProxyEntry>;

[TestClass]
public sealed class RollbackOnlyOnCallTests : RollbackOnlySpecification<CallEntry>;
