using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// Connections that waited in the pool and on which nothing is answered any more, as a firewall leaves them, or a server that swallows
/// packets. Each test prints how long its unit took.
/// </summary>
[TestClass]
public sealed class SilentConnectionTests : DatabaseTests
{
    private const string Check = "SELECT 1\0";
    private const int TimeoutSeconds = 2;
    private const int CommandTimeoutSeconds = 1;

    private static readonly (string Name, Func<DbConnect<ShopContext>, Task> Run)[] FirstSteps =
    [
        ("query", async shop => _ = await (await Tx.SessionAsync(shop)).Orders.CountAsync()),
        ("save", async shop =>
        {
            var db = await Tx.SessionAsync(shop);
            db.Add(new Order { Item = "tea" });
            await db.SaveChangesAsync();
        }),
        ("save at the end", async shop => (await Tx.SessionAsync(shop)).Add(new Order { Item = "tea" })),
        ("update", async shop => await (await Tx.SessionAsync(shop)).Orders.ExecuteDeleteAsync()),
        ("text", async shop => await (await Tx.SessionAsync(shop)).Database.ExecuteSqlRawAsync("SELECT 2")),
        ("connection", async shop => await (await Tx.ConnectionAsync(shop)).ExecuteAsync("SELECT 2")),
        ("own session", async shop =>
        {
            await using var db = await Tx.NewSessionAsync(shop);
            _ = await db.Orders.CountAsync();
        }),
    ];

    private FaultProxy _proxy = null!;
    private DbConnect<ShopContext> _shop = null!;
    private ITxUnit? _unit;
    private int _attempts;

    public static IEnumerable<string> Steps => FirstSteps.Select(step => step.Name);

    [TestInitialize]
    public void RequireServerItself()
    {
        if (TestServer.PoolerPort is not null)
            Assert.Inconclusive("The silence is between the client and what it is connected to, and that is a pooler here.");
    }

    [TestCleanup]
    public async Task CloseAsync()
    {
        if (_shop is not null)
            await _shop.DisposeAsync();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }

    [TestMethod]
    [DynamicData(nameof(Steps))]
    public async Task Connection_on_which_nothing_is_answered_is_given_up_and_the_unit_goes_on_over_another_one(string step)
    {
        var waiting = await FillPoolAsync(FaultProxy.At(Check, Master, Fault.Silence));

        await TimedAsync(() => RunAsync(() => FirstSteps.Single(one => one.Name == step).Run(_shop)));

        Assert.AreEqual(1, _proxy.Times);
        await AssertWentOnAsync(waiting);
        Assert.AreEqual(step.StartsWith("save", StringComparison.Ordinal) ? "tea" : "", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_unit_goes_on_over_another_one()
    {
        var waiting = await FillPoolAsync(FaultProxy.At(Check, Master, Fault.Silence));

        await TimedAsync(() => Task.Run(() => Tx.Run(() =>
        {
            (_unit, _attempts) = (Tx.Current, _attempts + 1);
            var db = Tx.Session(_shop);
            db.Add(new Order { Item = "tea" });
            db.SaveChanges();
        })));

        await AssertWentOnAsync(waiting);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task All_that_waited_with_it_are_given_up_with_it_and_only_one_is_waited_for()
    {
        var waiting = await FillPoolAsync(FaultProxy.At(Check, Master, Fault.Silence, times: 100), connections: 6);

        await TimedAsync(() => RunAsync(() => InsertAsync("tea", _shop)));

        Assert.AreEqual(1, _proxy.Times);
        await AssertWentOnAsync(waiting);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Server_that_is_silent_fails_the_unit_after_its_time_to_open_a_connection()
    {
        const int Waiting = 6;
        await FillPoolAsync(FaultProxy.ForCounting(Master), Waiting);
        _proxy.IsSilent = true;

        await TimedAsync(() => Assert.ThrowsExactlyAsync<ConnectionFailedException>(() => RunAsync(() => InsertAsync("tea", _shop))));

        // Not one for each that waited: the request to cancel and the new one, each of which Npgsql may try twice.
        Assert.IsLessThanOrEqualTo(4, _proxy.Accepted - Waiting);
        Assert.AreEqual(1, _attempts);
        Assert.AreEqual(UnitOfWorkState.RolledBack, _unit!.State);
        Assert.AreEqual(0, Master.ConnectionsLeased);
        _proxy.IsSilent = false;
        await RunAsync(() => InsertAsync("later", _shop));
        Assert.AreEqual("later", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_whose_deadline_passes_meanwhile_is_told_and_opens_no_other_one()
    {
        await FillPoolAsync(FaultProxy.At(Check, Master, Fault.Silence), timeout: 30, commandTimeout: 30);

        await TimedAsync(() => Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(
            () => RunAsync(() => InsertAsync("tea", _shop), new UnitOfWorkOptions { TimeoutSeconds = 0.5, MaxRetries = 1 })));

        // The one that waited, and Npgsql's request to cancel.
        Assert.AreEqual(2, _proxy.Accepted);
        Assert.AreEqual(1, _attempts);
        await AssertEndedAsync();
    }

    [TestMethod]
    public async Task Caller_who_cancels_meanwhile_gets_the_cancellation()
    {
        await FillPoolAsync(FaultProxy.At(Check, Master, Fault.Silence), timeout: 30, commandTimeout: 30);
        using var caller = new CancellationTokenSource();

        var unit = RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(_shop);
            db.Add(new Order { Item = "tea" });
            await db.SaveChangesAsync(caller.Token);
        });
        await _proxy.Acted;
        await caller.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => unit);
        Assert.AreEqual(2, _proxy.Accepted);
        await AssertEndedAsync();
    }

    /// <summary>Units at the same time leave so many connections in the pool, which all are asked before they are used again.</summary>
    /// <returns>The server processes of these connections, as a list.</returns>
    private async Task<string> FillPoolAsync(
        FaultProxy proxy, int connections = 1, int timeout = TimeoutSeconds, int commandTimeout = CommandTimeoutSeconds)
    {
        _proxy = proxy;
        _shop = Master.Create(
            with: options => options with { CheckIdleAfter = TimeSpan.Zero },
            configure: settings =>
            {
                (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port);
                (settings.Timeout, settings.CommandTimeout, settings.CancellationTimeout) = (timeout, commandTimeout, 100);
            });
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = 0;
        var processes = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Tx.RunAsync(async () =>
        {
            var process = await TestDatabase.BackendAsync(await Tx.SessionAsync(_shop));
            if (Interlocked.Increment(ref arrived) == connections)
                all.SetResult();
            await all.Task;
            return process;
        })));
        Assert.AreEqual(connections, processes.Distinct().Count());
        return string.Join(',', processes);
    }

    private Task RunAsync(Func<Task> body, UnitOfWorkOptions? options = null)
        => Tx.RunAsync(
            () =>
            {
                (_unit, _attempts) = (Tx.Current, _attempts + 1);
                return body();
            },
            options ?? new UnitOfWorkOptions());

    private async Task TimedAsync(Func<Task> unit)
    {
        var start = Stopwatch.GetTimestamp();
        await unit();
        TestContext.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));
    }

    /// <summary>The unit has succeeded at once, and nothing of the pool from before is left.</summary>
    private async Task AssertWentOnAsync(string waiting)
    {
        Assert.AreEqual(1, _attempts);
        Assert.AreEqual(UnitOfWorkState.Committed, _unit!.State);
        Assert.AreEqual(0, Master.ConnectionsLeased);
        await Master.WaitForNoBackendAsync($"pid IN ({waiting})");
    }

    /// <summary>The unit has ended without a trace, and the next one works.</summary>
    private async Task AssertEndedAsync()
    {
        Assert.AreEqual(UnitOfWorkState.RolledBack, _unit!.State);
        Assert.AreEqual(0, Master.ConnectionsLeased);
        await RunAsync(() => InsertAsync("later", _shop));
        Assert.AreEqual("later", await Master.ItemsAsync());
        Assert.AreEqual(1, _proxy.Times);
    }
}
