using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The host of a connect, and what happens when it changes.</summary>
[TestClass]
public sealed class HostTests : DatabaseTests
{
    private EngineLog Engines => field ??= new EngineLog(Master);

    [TestMethod]
    public async Task Session_without_a_host_is_refused_with_the_remedy()
    {
        await using var connect = Engines.Connect(host: null);

        var refused = await Assert.ThrowsExactlyAsync<HostNotSetException>(() => Tx.RunAsync(() => InsertAsync("tea", connect)));

        Assert.AreEqual("logged", refused.ConnectName);
        StringAssert.Contains(refused.Message, "'logged'");
        StringAssert.Contains(refused.Message, "ConnectAsync");
        Assert.IsNull(connect.Host);
    }

    [TestMethod]
    public async Task Session_can_be_asked_for_again_once_a_host_was_set()
    {
        await using var connect = Engines.Connect(host: null);

        await Tx.RunAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<HostNotSetException>(() => InsertAsync("tea", connect));
            await connect.ChangeHostAsync("first");
            await InsertAsync("tea", connect);
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(null)]
    public async Task Empty_host_is_refused(string? host)
    {
        await using var connect = Engines.Connect();

        await Assert.ThrowsAsync<ArgumentException>(() => connect.ConnectAsync(host!).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => connect.ChangeHostAsync(host!).AsTask());

        Assert.AreEqual("first", connect.Host);
        Assert.AreEqual("", Engines.Hosts);
    }

    [TestMethod]
    public async Task Changing_to_the_same_host_does_nothing()
    {
        await using var connect = Engines.Connect();
        await connect.ConnectAsync("first");

        await connect.ChangeHostAsync("first");

        Assert.AreEqual("first", Engines.Hosts);
        Assert.IsFalse(Engines.IsDisposed("first"));
    }

    [TestMethod]
    public async Task Changing_the_host_disposes_an_engine_that_nobody_uses()
    {
        await using var connect = Engines.Connect();
        await Tx.RunAsync(() => InsertAsync("tea", connect));

        await connect.ChangeHostAsync("second");

        Assert.AreEqual("first,second", Engines.Hosts);
        Assert.AreEqual("second", connect.Host);
        Assert.IsTrue(Engines.IsDisposed("first"));
        await Tx.RunAsync(() => InsertAsync("coffee", connect));
        Assert.AreEqual(2, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Open_sessions_finish_on_the_old_engine_which_goes_with_the_last_of_them()
    {
        await using var connect = Engines.Connect();
        await using var last = await Tx.NewSessionAsync(connect);
        Assert.AreEqual(0, await last.Orders.CountAsync());

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea", connect);
            await connect.ChangeHostAsync("second");
            await InsertAsync("coffee", connect);
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
        Assert.IsFalse(Engines.IsDisposed("first"));
        await last.DisposeAsync();
        Assert.IsTrue(Engines.IsDisposed("first"));
        Assert.IsFalse(Engines.IsDisposed("second"));
    }

    [TestMethod]
    public async Task Host_whose_engine_cannot_be_made_leaves_the_old_one_in_force_and_can_be_tried_again()
    {
        await using var connect = Engines.Connect();
        await connect.ConnectAsync("first");
        Engines.NextFailure = new TimeoutException("no answer");

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => connect.ChangeHostAsync("second").AsTask());

        Assert.AreEqual("first", connect.Host);
        Assert.IsFalse(Engines.IsDisposed("first"));
        await Tx.RunAsync(() => InsertAsync("tea", connect));
        await connect.ChangeHostAsync("second");
        Assert.AreEqual("second", connect.Host);
        Assert.AreEqual("first,second", Engines.Hosts);
    }

    [TestMethod]
    public async Task First_engine_that_cannot_be_made_is_tried_again_at_the_next_session()
    {
        await using var connect = Engines.Connect();
        Engines.NextFailure = new TimeoutException("no answer");

        await Tx.RunAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<TimeoutException>(() => InsertAsync("tea", connect));
            await InsertAsync("tea", connect);
        });

        Assert.AreEqual("first", Engines.Hosts);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Changes_at_the_same_time_under_load_lose_no_unit_and_leave_one_engine_the_last()
    {
        await using var connect = Engines.Connect("host-0");
        using var end = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var units = 0;
            while (!end.IsCancellationRequested)
            {
                await Tx.RunAsync(() => InsertAsync("tea", connect));
                units++;
            }

            return units;
        })).ToArray();

        await Task.WhenAll(Enumerable.Range(1, 20).Select(number => Task.Run(() => connect.ChangeHostAsync($"host-{number}").AsTask())));
        var undecided = connect.Host;
        await connect.ChangeHostAsync("last");
        await end.CancelAsync();
        var units = (await Task.WhenAll(workers)).Sum();

        StringAssert.StartsWith(undecided, "host-");
        Assert.AreEqual("last", connect.Host);
        foreach (var host in Engines.Hosts.Split(','))
            Assert.AreEqual(host != "last", Engines.IsDisposed(host), host);
        Assert.AreEqual(units, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Cancelled_change_of_the_host_changes_nothing()
    {
        await using var connect = Engines.Connect();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await connect.ChangeHostAsync("second", cancelled));
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await connect.ConnectAsync("second", cancelled));

        Assert.AreEqual("first", connect.Host);
        Assert.AreEqual("", Engines.Hosts);
    }
}
