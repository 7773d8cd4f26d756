using Npgsql;

namespace TxAspects.Tests;

/// <summary>What is counted and measured. Alone, because units of other tests would be counted too.</summary>
public abstract class MetricSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly ManualTime _time = new();
    private readonly MetricRecorder _recorder = new();
    private IUnits? _units;

    private new IUnits Units
        => _units ??= ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { TimeProvider = _time, RetryDelay = TimeSpan.Zero });

    [TestCleanup]
    public void StopListening()
    {
        _recorder.Dispose();
        Tx.Configure(new TxAspectsOptions());
    }

    [TestMethod]
    public async Task Committed_unit_is_counted_and_its_duration_measured_in_seconds()
    {
        await Units.RequiredAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(1500));
            return Task.CompletedTask;
        });

        AssertRecorded("txaspects.unit.commits", $"1 txaspects.unit.name={NameOf("RequiredAsync")}");
        AssertRecorded("txaspects.unit.rollbacks", "");
        AssertRecorded("txaspects.unit.duration", $"1.5 txaspects.unit.name={NameOf("RequiredAsync")} txaspects.unit.outcome=committed");
    }

    [TestMethod]
    public async Task Unit_is_counted_as_open_from_its_beginning_to_its_end()
    {
        var name = $"txaspects.unit.name={NameOf("RequiredAsync")}";

        await Units.RequiredAsync(() =>
        {
            AssertRecorded("txaspects.unit.open", $"1 {name}");
            return Task.CompletedTask;
        });

        AssertRecorded("txaspects.unit.open", $"1 {name}; -1 {name}");
    }

    [TestMethod]
    public async Task Exception_is_the_cause_of_a_rollback()
    {
        await SwallowAsync(() => Units.RequiredAsync(() => throw Failure));

        AssertRolledBack("exception", typeof(OutOfStockException));
        AssertRecorded("txaspects.unit.commits", "");
        AssertRecorded("txaspects.unit.duration",
            $"0 txaspects.unit.name={NameOf("RequiredAsync")} error.type=TxAspects.Tests.OutOfStockException " +
            "txaspects.unit.outcome=rolled_back");
    }

    [TestMethod]
    public async Task Doom_is_the_cause_of_a_rollback()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(
            () => Units.RequiredAsync(() => SwallowAsync(() => Units.MandatoryAsync(() => throw Failure))));

        AssertRolledBack("doomed", typeof(UnitOfWorkDoomedException));
    }

    [TestMethod]
    public async Task Request_is_the_cause_of_a_rollback()
    {
        await Units.RequiredAsync(() =>
        {
            Tx.SetRollbackOnly("no tea");
            return Task.CompletedTask;
        });

        AssertRolledBack("requested");
    }

    [TestMethod]
    public async Task Failed_commit_is_the_cause_of_a_rollback()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        await Assert.ThrowsExactlyAsync<PostgresException>(
            () => Units.RequiredAsync(() => AddAsync(new Order { Item = "second", Slot = 1 })));

        AssertRolledBack("commit_failed", typeof(PostgresException));
    }

    [TestMethod]
    public void Scope_that_is_not_completed_is_the_cause_of_a_rollback()
    {
        Tx.Open(new UnitOfWorkOptions { Name = "job" }).Dispose();

        AssertRecorded("txaspects.unit.rollbacks",
            "1 txaspects.unit.name=job error.type=TxAspects.ScopeNotCompletedException txaspects.rollback.cause=abandoned");
    }

    [TestMethod]
    public async Task Repeated_attempts_are_counted()
    {
        var attempts = 0;

        await Units.RetryingAsync(
            () => ++attempts < 3 ? throw new PostgresException("again", "ERROR", "ERROR", "40001") : InsertAsync("tea"));

        var name = $"txaspects.unit.name={NameOf("RetryingAsync")}";
        AssertRecorded("txaspects.unit.retries", $"1 {name}; 1 {name}");
        AssertRecorded("txaspects.unit.commits", $"1 {name}");
    }

    [TestMethod]
    public async Task Joined_and_nested_calls_are_not_counted()
    {
        await Units.RequiredAsync(async () =>
        {
            await Units.MandatoryAsync(() => Task.CompletedTask);
            await Units.NestedAsync(() => Task.CompletedTask);
        });

        AssertRecorded("txaspects.unit.commits", $"1 txaspects.unit.name={NameOf("RequiredAsync")}");
    }

    private void AssertRolledBack(string cause, Type? errorType = null)
        => AssertRecorded("txaspects.unit.rollbacks",
            $"1 txaspects.unit.name={NameOf("RequiredAsync")}{(errorType is null ? "" : $" error.type={errorType.FullName}")} " +
            $"txaspects.rollback.cause={cause}");

    private void AssertRecorded(string instrument, string expected) => Assert.AreEqual(expected, _recorder.Of(instrument));
}

[TestClass]
[DoNotParallelize]
public sealed class MetricOnInterfaceProxyTests : MetricSpecification<InterfaceProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class MetricOnClassProxyTests : MetricSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class MetricOnCallTests : MetricSpecification<CallEntry>;
