using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The handler that runs before every new session.</summary>
[TestClass]
public sealed class BeforeCreateSessionTests : DatabaseTests
{
    private EngineLog Engines => field ??= new EngineLog(Master);

    [TestMethod]
    public async Task Handler_runs_for_every_new_session_and_for_no_other()
    {
        var calls = 0;
        await using var connect = Engines.Connect(before: (_, _) => Completed(() => calls++));

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("one", connect);
            await InsertAsync("two", connect);
            await Tx.CommitAsync(connect);
            Assert.AreEqual(1, calls);
            await Tx.CloseAsync(connect);
            await InsertAsync("three", connect);
            Assert.AreEqual(2, calls);
        });
        await using var session = await Tx.NewSessionAsync(connect);

        Assert.AreEqual(3, calls);
    }

    [TestMethod]
    public async Task Handler_may_change_the_host()
    {
        await using var connect = Engines.Connect(host: null, before: async (connect, cancellationToken) =>
        {
            await Task.Yield();
            await connect.ChangeHostAsync("found", cancellationToken);
        });

        await Tx.RunAsync(() => InsertAsync("tea", connect));

        Assert.AreEqual("found", Engines.Hosts);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Handler_gets_the_callers_token()
    {
        using var source = new CancellationTokenSource();
        var seen = CancellationToken.None;
        await using var connect = Engines.Connect(before: (_, cancellationToken) => Completed(() => seen = cancellationToken));

        await Tx.RunAsync(async () => await Tx.SessionAsync(connect, source.Token));

        Assert.AreEqual(source.Token, seen);
    }

    [TestMethod]
    public async Task No_unit_is_ambient_in_the_handler_and_the_callers_is_again_after_it()
    {
        var open = new List<bool>();
        await using var connect = Engines.Connect(before: (_, _) => Completed(() => open.Add(Tx.IsOpen)));

        await Tx.RunAsync(async () =>
        {
            await Tx.SessionAsync(connect);
            Assert.IsTrue(Tx.IsOpen);
            await using (await Tx.NewSessionAsync(connect))
                Assert.IsTrue(Tx.IsOpen);
            using (Tx.NewSession(connect))
                Assert.IsTrue(Tx.IsOpen);
        });

        CollectionAssert.AreEqual(new[] { false, false, false }, open);
    }

    [TestMethod]
    public async Task Handler_that_throws_leaves_no_session_and_the_next_call_tries_again()
    {
        var calls = 0;
        await using var connect = Engines.Connect(
            before: (_, _) => ++calls == 1 ? throw new TimeoutException("no answer") : ValueTask.CompletedTask);

        await Tx.RunAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<TimeoutException>(() => Tx.SessionAsync(connect).AsTask());
            Assert.IsNull(Tx.FindSession(connect));
            await InsertAsync("tea", connect);
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_session_is_made_when_the_handler_completes_at_once()
    {
        var calls = 0;
        await using var connect = Engines.Connect(before: (_, _) => Completed(() => calls++));

        Tx.Run(() => Assert.AreEqual(0, Tx.Session(connect).Orders.Count()));
        using (var session = Tx.NewSession(connect))
            Assert.AreEqual(0, session.Orders.Count());

        Assert.AreEqual(2, calls);
    }

    [TestMethod]
    public async Task Synchronous_session_is_refused_while_the_handler_is_pending()
    {
        var gate = new TaskCompletionSource();
        await using var connect = Engines.Connect(before: (_, _) => new ValueTask(gate.Task));

        var refused = Assert.ThrowsExactly<SynchronousUseException>(() => Tx.Run(() => { Tx.Session(connect); }));
        Assert.ThrowsExactly<SynchronousUseException>(() => Tx.NewSession(connect));

        StringAssert.Contains(refused.Message, "'logged'");
        StringAssert.Contains(refused.Message, "Tx.SessionAsync");
        Assert.AreEqual("", Engines.Hosts);
        gate.SetResult();
    }

    [TestMethod]
    public async Task Twenty_branches_at_once_get_one_session_from_one_call_of_the_handler()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = 0;
        await using var connect = Engines.Connect(before: async (_, _) =>
        {
            Interlocked.Increment(ref calls);
            await gate.Task;
        });

        await Tx.RunAsync(async () =>
        {
            var branches = Enumerable.Range(0, 20).Select(_ => Task.Run(() => Tx.SessionAsync(connect).AsTask())).ToArray();
            gate.SetResult();
            var sessions = await Task.WhenAll(branches);

            Assert.HasCount(1, sessions.Distinct());
            Assert.AreEqual(0, await sessions[0].Orders.CountAsync());
        });

        Assert.AreEqual(1, calls);
    }

    [TestMethod]
    public async Task Unit_that_ended_while_the_handler_ran_gives_no_session()
    {
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var connect = Engines.Connect(before: async (_, _) =>
        {
            entered.SetResult();
            await gate.Task;
        });
        Task<ShopContext> late = null!;

        await Tx.RunAsync(async () =>
        {
            late = Tx.SessionAsync(connect).AsTask();
            await entered.Task;
        });
        gate.SetResult();

        await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => late);
        await connect.DisposeAsync();
        Assert.IsTrue(Engines.IsDisposed("first"));
    }

    private static ValueTask Completed(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }
}
