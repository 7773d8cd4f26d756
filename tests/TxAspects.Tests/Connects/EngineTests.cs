namespace TxAspects.Tests;

/// <summary>The engine of a connect: made once per host, at first use, and disposed when nothing needs it any more.</summary>
[TestClass]
public sealed class EngineTests : DatabaseTests
{
    private EngineLog Engines => field ??= new EngineLog(Master);

    [TestMethod]
    public async Task First_session_makes_the_engine_and_the_second_one_does_not()
    {
        await using var connect = Engines.Connect("10.0.0.1");
        Assert.AreEqual("", Engines.Hosts);

        await Tx.RunAsync(() => InsertAsync("tea", connect));
        await Tx.RunAsync(() => InsertAsync("coffee", connect));

        Assert.AreEqual("10.0.0.1", Engines.Hosts);
        Assert.AreEqual("10.0.0.1", connect.Host);
        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Fifty_parallel_first_uses_make_one_engine()
    {
        await using var connect = Engines.Connect();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var uses = Enumerable.Range(0, 50).Select(_ => Task.Run(() => Tx.RunAsync(async () =>
        {
            await start.Task;
            await InsertAsync("tea", connect);
        }))).ToArray();
        start.SetResult();
        await Task.WhenAll(uses);

        Assert.AreEqual("first", Engines.Hosts);
        Assert.AreEqual(50, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Connecting_makes_the_engine_at_once()
    {
        await using var connect = Engines.Connect(host: null);

        await connect.ConnectAsync("first");

        Assert.AreEqual("first", Engines.Hosts);
        Assert.AreEqual("first", connect.Host);
    }

    [TestMethod]
    public async Task Connecting_to_the_host_in_force_makes_a_new_engine()
    {
        await using var connect = Engines.Connect();

        await connect.ConnectAsync("first");
        await connect.ConnectAsync("first");

        Assert.AreEqual("first,first", Engines.Hosts);
    }

    [TestMethod]
    public async Task Disposing_disposes_the_engine()
    {
        var connect = Engines.Connect();
        await connect.ConnectAsync("first");

        await connect.DisposeAsync();

        Assert.IsTrue(Engines.IsDisposed("first"));
    }

    [TestMethod]
    public async Task Disposing_synchronously_disposes_the_engine()
    {
        var connect = Engines.Connect();
        await connect.ConnectAsync("first");

        connect.Dispose();

        Assert.IsTrue(Engines.IsDisposed("first"));
    }

    [TestMethod]
    public async Task Disposing_twice_is_fine()
    {
        var connect = Engines.Connect();
        await Tx.RunAsync(() => InsertAsync("tea", connect));

        await connect.DisposeAsync();
        await connect.DisposeAsync();
        connect.Dispose();

        Assert.IsTrue(Engines.IsDisposed("first"));
    }

    [TestMethod]
    public async Task Disposing_while_a_session_is_open_lets_that_session_finish()
    {
        var connect = Engines.Connect();

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea", connect);
            await connect.DisposeAsync();
            Assert.IsFalse(Engines.IsDisposed("first"));
            await InsertAsync("coffee", connect);
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
        Assert.IsTrue(Engines.IsDisposed("first"));
    }

    [TestMethod]
    public async Task Disposed_connect_gives_no_session_and_makes_no_engine()
    {
        var connect = Engines.Connect();
        await connect.DisposeAsync();

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => Tx.RunAsync(() => InsertAsync("tea", connect)));
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => Tx.NewSessionAsync(connect).AsTask());
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => connect.ConnectAsync("second").AsTask());
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => connect.ChangeHostAsync("second").AsTask());
        Assert.ThrowsExactly<ObjectDisposedException>(() => Tx.NewSession(connect));
        Assert.AreEqual("", Engines.Hosts);
    }

    [TestMethod]
    public async Task Engine_whose_sessions_cannot_be_configured_is_disposed()
    {
        await using var connect = Engines.Connect(configure: (_, _) => throw new FormatException("no such setting"));

        await Assert.ThrowsExactlyAsync<FormatException>(() => Tx.NewSessionAsync(connect).AsTask());

        Assert.IsTrue(Engines.IsDisposed("first"));
    }
}
