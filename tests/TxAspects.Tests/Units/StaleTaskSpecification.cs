namespace TxAspects.Tests;

/// <summary>A task that outlived its unit cannot use it, and nothing is silently begun in its place.</summary>
public abstract class StaleTaskSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public Task Session_is_refused_naming_the_unit_and_the_connect()
        => RunStaleAsync(async () =>
        {
            var ended = await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => Tx.SessionAsync(Connect).AsTask());
            Assert.AreEqual(NameOf("RequiredAsync"), ended.UnitName);
            Assert.AreEqual(Connect.Name, ended.ConnectName);
            Assert.AreEqual(0, Master.ConnectionsLeased);
        });

    [TestMethod]
    public Task Synchronous_session_is_refused()
        => RunStaleAsync(() => AssertRefused(() => Tx.Session(Connect)));

    [TestMethod]
    public Task Commit_is_refused() => RunStaleAsync(() => AssertRefusedAsync(() => Tx.CommitAllAsync()));

    [TestMethod]
    public Task Request_to_roll_back_is_refused() => RunStaleAsync(() => AssertRefused(() => Tx.SetRollbackOnly("too late")));

    [TestMethod]
    public Task Hook_is_refused() => RunStaleAsync(() => AssertRefused(() => Tx.OnCommitted(() => { })));

    [TestMethod]
    public Task Required_call_is_refused() => RunStaleAsync(() => AssertRefusedAsync(() => Units.RequiredAsync(NotReached)));

    [TestMethod]
    public Task Run_is_refused() => RunStaleAsync(() => AssertRefusedAsync(() => Tx.RunAsync(NotReached)));

    [TestMethod]
    public Task Scope_is_refused() => RunStaleAsync(() => AssertRefused(() => Tx.Open()));

    [TestMethod]
    public Task Nested_call_is_refused() => RunStaleAsync(() => AssertRefusedAsync(() => Units.NestedAsync(NotReached)));

    [TestMethod]
    public Task Mandatory_call_is_refused() => RunStaleAsync(() => AssertRefusedAsync(() => Units.MandatoryAsync(NotReached)));

    [TestMethod]
    public Task Supports_call_is_refused() => RunStaleAsync(() => AssertRefusedAsync(() => Units.SupportsAsync(NotReached)));

    [TestMethod]
    public Task Synchronous_calls_are_refused()
        => RunStaleAsync(() =>
        {
            foreach (var call in new Action<Action>[] { Units.Required, Units.Nested, Units.Mandatory, Units.Supports })
                Assert.ThrowsExactly<UnitOfWorkEndedException>(() => call(() => Assert.Fail("The body ran.")));
            return Task.CompletedTask;
        });

    [TestMethod]
    public async Task New_context_works()
    {
        await RunStaleAsync(() => Units.NewContextAsync(() => InsertAsync("own")));

        Assert.AreEqual("own,unit", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Not_supported_and_never_run_without_a_unit()
    {
        var ran = 0;

        await RunStaleAsync(async () =>
        {
            await Units.NotSupportedAsync(CountAsync);
            await Units.NeverAsync(CountAsync);
        });

        Assert.AreEqual(2, ran);

        Task CountAsync()
        {
            Assert.IsFalse(Tx.IsOpen);
            ran++;
            return Task.CompletedTask;
        }
    }

    [TestMethod]
    public Task No_unit_is_open() => RunStaleAsync(() =>
    {
        Assert.IsFalse(Tx.IsOpen);
        Assert.IsNull(Tx.Current);
        return Task.CompletedTask;
    });

    [TestMethod]
    public async Task Task_of_a_unit_that_rolled_back_is_refused_as_well()
    {
        var ended = new TaskCompletionSource();
        Task stale = Task.CompletedTask;
        await SwallowAsync(() => Units.RequiredAsync(() =>
        {
            stale = UseAfterAsync(ended.Task, () => InsertAsync("late"));
            throw Failure;
        }));
        ended.SetResult();

        await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => stale);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    private static Task NotReached() => throw new AssertFailedException("The body ran.");

    private static Task AssertRefused(Action use)
    {
        Assert.ThrowsExactly<UnitOfWorkEndedException>(use);
        return Task.CompletedTask;
    }

    private async Task AssertRefusedAsync(Func<Task> use)
    {
        var ended = await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(use);
        Assert.AreEqual(NameOf("RequiredAsync"), ended.UnitName);
    }

    private static async Task UseAfterAsync(Task ended, Func<Task> use)
    {
        await ended;
        await use();
    }

    /// <summary>Runs something in a task that was started inside a unit, after that unit has ended.</summary>
    private async Task RunStaleAsync(Func<Task> use)
    {
        var ended = new TaskCompletionSource();
        Task stale = Task.CompletedTask;
        await Units.RequiredAsync(() =>
        {
            stale = UseAfterAsync(ended.Task, use);
            return InsertAsync("unit");
        });
        ended.SetResult();
        await stale;
    }
}

[TestClass]
public sealed class StaleTaskOnInterfaceProxyTests : StaleTaskSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class StaleTaskOnClassProxyTests : StaleTaskSpecification<ClassProxyEntry>;

[TestClass]
public sealed class StaleTaskOnCallTests : StaleTaskSpecification<CallEntry>;
