using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>Units that stay open, or idle in a transaction, past a limit.</summary>
public abstract class WatchSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(75);    // a limit and the quarter by which a look may come later

    private readonly ManualTime _time = new();
    private readonly LogRecorder _log = new();

    [TestCleanup]
    public void ForgetProcessOptions() => Tx.Configure(new TxAspectsOptions());

    [TestMethod]
    public async Task Unit_open_past_the_limit_is_named_once()
    {
        using var metrics = new MetricRecorder();

        await Watching(open: Limit).RequiredAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(59));
            Assert.IsEmpty(_log.Messages);
            _time.Advance(TimeSpan.FromSeconds(16));
            AssertWarned(40);
            _time.Advance(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        });

        AssertWarned(40);
        Assert.AreEqual($"1 txaspects.unit.name={NameOf("RequiredAsync")} txaspects.leak.type=open", metrics.Of("txaspects.unit.leaks"));
    }

    [TestMethod]
    public async Task Scope_that_is_never_disposed_is_named()
    {
        _ = Watching(open: Limit);
        await Task.Run(() => Tx.Open(new UnitOfWorkOptions { Name = NameOf("RequiredAsync") }));

        _time.Advance(Late);

        AssertWarned(40);
        Assert.AreEqual(0, _time.Timers);
    }

    [TestMethod]
    public async Task Unit_idle_in_its_transaction_past_the_limit_is_named_once_with_the_connect()
    {
        using var metrics = new MetricRecorder();

        await Watching(idle: Limit).RequiredAsync(async () =>
        {
            _time.Advance(TimeSpan.FromHours(1));
            await InsertAsync("tea");
            _time.Advance(Limit);
            Assert.IsEmpty(_log.Messages);
            _time.Advance(TimeSpan.FromSeconds(15));
            AssertWarned(41);
            _time.Advance(TimeSpan.FromHours(1));
        });

        AssertWarned(41);
        StringAssert.Contains(_log.Messages.Single().Text, "'master'");
        Assert.AreEqual($"1 txaspects.unit.name={NameOf("RequiredAsync")} txaspects.leak.type=idle_in_transaction",
            metrics.Of("txaspects.unit.leaks"));
    }

    [TestMethod]
    public async Task Command_ends_the_idle_time()
    {
        await Watching(idle: Limit).RequiredAsync(async () =>
        {
            for (var command = 0; command < 5; command++)
            {
                await InsertAsync("tea");
                _time.Advance(TimeSpan.FromSeconds(50));
            }
        });

        Assert.IsEmpty(_log.Messages);
    }

    [TestMethod]
    public async Task Reading_rows_is_not_idle()
    {
        await Watching(idle: Limit).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await foreach (var _ in (await Tx.SessionAsync(Connect)).Orders.AsAsyncEnumerable())
                _time.Advance(TimeSpan.FromHours(1));
        });

        Assert.IsEmpty(_log.Messages);
    }

    [TestMethod]
    public async Task Unit_without_a_transaction_is_not_idle_in_one()
    {
        await Watching(idle: Limit).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            _time.Advance(TimeSpan.FromHours(1));
        });

        Assert.IsEmpty(_log.Messages);
    }

    [TestMethod]
    public async Task Both_limits_are_watched_at_once()
    {
        await Watching(open: Limit, idle: Limit * 2).RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            _time.Advance(TimeSpan.FromHours(1));
        });

        AssertWarned(40, 41);
    }

    [TestMethod]
    public async Task Timer_runs_only_while_a_unit_is_open()
    {
        var units = Watching(open: Limit);

        await units.RequiredAsync(() =>
        {
            Assert.AreEqual(1, _time.Timers);
            return units.NewContextAsync(() =>
            {
                Assert.AreEqual(1, _time.Timers);
                return Task.CompletedTask;
            });
        });
        await SwallowAsync(() => units.RequiredAsync(() => throw Failure));

        Assert.AreEqual(0, _time.Timers);
        Assert.IsEmpty(_log.Messages);
    }

    [TestMethod]
    public void Limits_are_positive()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TxAspectsOptions { WarnWhenOpenLongerThan = TimeSpan.Zero });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new TxAspectsOptions { WarnWhenIdleInTransactionLongerThan = TimeSpan.Zero });
    }

    private IUnits Watching(TimeSpan? open = null, TimeSpan? idle = null)
    {
        var options = new TxAspectsOptions
        {
            TimeProvider = _time,
            LoggerFactory = _log,
            WarnWhenOpenLongerThan = open,
            WarnWhenIdleInTransactionLongerThan = idle,
        };
        Tx.Configure(options);
        return ConfiguredUnits.Create<TEntry>(options);
    }

    private void AssertWarned(params int[] eventIds)
    {
        CollectionAssert.AreEqual(eventIds, _log.Messages.Select(message => message.EventId).ToArray());
        foreach (var message in _log.Messages)
        {
            Assert.AreEqual(LogLevel.Warning, message.Level);
            StringAssert.Contains(message.Text, $"'{NameOf("RequiredAsync")}'");
        }
    }
}

[TestClass]
[DoNotParallelize]
public sealed class WatchOnInterfaceProxyTests : WatchSpecification<InterfaceProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class WatchOnClassProxyTests : WatchSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class WatchOnCallTests : WatchSpecification<CallEntry>;
