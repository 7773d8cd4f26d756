using Npgsql;

namespace TxAspects.Tests;

/// <summary>What a unit tells of its end.</summary>
public abstract class OutcomeSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly ManualTime _time = new();
    private readonly List<UnitOfWorkOutcome> _ended = [];
    private readonly LogRecorder _log = new();
    private IUnits? _units;

    private new IUnits Units => _units ??= ConfiguredUnits.Create<TEntry>(new TxAspectsOptions
    {
        TimeProvider = _time,
        LoggerFactory = _log,
        RetryDelay = TimeSpan.Zero,
        OnEnded = _ended.Add,
    });

    private UnitOfWorkOutcome Outcome => _ended.Single();

    [TestCleanup]
    public void ForgetProcessOptions() => Tx.Configure(new TxAspectsOptions());

    [TestMethod]
    public async Task Committed_unit_tells_what_it_opened_and_has_no_reason()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Tx.SessionAsync(archive.Connect);
        });

        Assert.AreEqual(NameOf("RequiredAsync"), Outcome.Name);
        Assert.AreEqual(UnitOfWorkState.Committed, Outcome.State);
        Assert.AreEqual(1, Outcome.Attempt);
        Assert.IsFalse(Outcome.IsRepeated);
        Assert.IsNull(Outcome.Reason);
        Assert.IsNull(Outcome.Cause);
        AssertConnects("master Committed, archive ");
    }

    [TestMethod]
    public async Task Durations_are_those_of_the_clock_of_the_options()
    {
        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => _time.Advance(TimeSpan.FromSeconds(2)));
            await InsertAsync("tea");
            _time.Advance(TimeSpan.FromSeconds(1));
        });

        Assert.AreEqual(TimeSpan.FromSeconds(1), Outcome.BodyDuration);
        Assert.AreEqual(TimeSpan.FromSeconds(3), Outcome.Duration);
        Assert.AreEqual(TimeSpan.Zero, Outcome.CommitDuration);
    }

    [TestMethod]
    public async Task Unit_without_a_command_has_no_commit_to_measure()
    {
        await Units.RequiredAsync(() => Tx.SessionAsync(Connect).AsTask());

        Assert.IsNull(Outcome.CommitDuration);
        AssertConnects("master ");
    }

    [TestMethod]
    public async Task Failed_unit_tells_the_exception()
    {
        await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Outcome.State);
        Assert.AreSame(Failure, Outcome.Cause);
        Assert.AreEqual("it failed with OutOfStockException", Outcome.Reason);
        AssertConnects("master RolledBack");
    }

    [TestMethod]
    public async Task Doomed_unit_tells_the_first_failure()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(
            () => Units.RequiredAsync(() => SwallowAsync(() => Units.MandatoryAsync(() => throw Failure))));

        Assert.AreSame(Failure, Outcome.Cause);
        StringAssert.Contains(Outcome.Reason, NameOf("MandatoryAsync"));
    }

    [TestMethod]
    public virtual async Task Rule_for_results_that_throws_is_the_failure()
    {
        var options = new TxAspectsOptions { OnEnded = _ended.Add }.RollbackWhen<string>(_ => throw Failure);

        await SwallowAsync(() => ConfiguredUnits.Create<TEntry>(options).RequiredAsync(() => Task.FromResult("tea")));

        Assert.AreSame(Failure, Outcome.Cause);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Outcome.State);
    }

    [TestMethod]
    public async Task Requested_rollback_tells_the_request()
    {
        await Units.RequiredAsync(() =>
        {
            Tx.SetRollbackOnly("no tea");
            return Task.CompletedTask;
        });

        StringAssert.Contains(Outcome.Reason, "no tea");
        Assert.IsNull(Outcome.Cause);
    }

    [TestMethod]
    public async Task Last_transaction_of_each_session_counts()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await Tx.CommitAsync(Connect);
            await InsertAsync("undone");
            await Tx.RollbackAsync(Connect);
            await InsertAsync("kept", archive.Connect);
            await Tx.CommitAsync(archive.Connect);
            await Tx.CloseAsync(archive.Connect);
        });

        AssertConnects("archive Committed, master RolledBack");
    }

    [TestMethod]
    public async Task Transaction_that_user_code_commits_itself_counts_as_well()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await InsertAsync("tea");
            await transaction.CommitAsync();
        });

        AssertConnects("master Committed");
    }

    [TestMethod]
    public async Task Unit_committed_in_part_tells_which_part()
    {
        var archive = await CreateArchiveAsync();
        await archive.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
        }));

        Assert.AreEqual(UnitOfWorkState.PartlyCommitted, Outcome.State);
        Assert.IsInstanceOfType<PartialCommitException>(Outcome.Cause);
        AssertConnects("master Committed, archive RolledBack");
    }

    [TestMethod]
    public async Task Every_attempt_has_an_outcome()
    {
        var attempts = 0;

        await Units.RetryingAsync(
            () => ++attempts < 2 ? throw new PostgresException("again", "ERROR", "ERROR", "40001") : InsertAsync("tea"));

        Assert.AreEqual("1 RolledBack True, 2 Committed False",
            string.Join(", ", _ended.Select(outcome => $"{outcome.Attempt} {outcome.State} {outcome.IsRepeated}")));
    }

    [TestMethod]
    public async Task Outcome_is_null_while_the_unit_is_open_and_there_in_hooks_after_its_end()
    {
        UnitOfWorkOutcome? seen = null;

        await Units.RequiredAsync(() =>
        {
            var unit = Tx.Current!;
            Assert.IsNull(unit.Outcome);
            Tx.OnCommitted(() => seen = unit.Outcome);
            return Task.CompletedTask;
        });

        Assert.AreSame(Outcome, seen);
    }

    [TestMethod]
    public async Task Observer_runs_outside_the_unit_and_may_open_one()
    {
        var units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions
        {
            OnEnded = _ =>
            {
                Assert.IsFalse(Tx.IsOpen);
                Tx.Configure(new TxAspectsOptions());
                Tx.RunInNewContext(() => Insert("seen"));
            },
        });

        await SwallowAsync(() => units.RequiredAsync(() => throw Failure));

        Assert.AreEqual("seen", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Observer_that_throws_is_logged_and_changes_nothing()
    {
        var units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = _log, OnEnded = _ => throw Failure });

        await units.RequiredAsync(() => InsertAsync("tea"));

        Assert.AreSame(Failure, _log.Messages.Single().Exception);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    private void AssertConnects(string expected)
        => Assert.AreEqual(expected, string.Join(", ", Outcome.Connects.Select(connect => $"{connect.Name} {connect.State}")));
}

[TestClass]
[DoNotParallelize]
public sealed class OutcomeOnInterfaceProxyTests : OutcomeSpecification<InterfaceProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class OutcomeOnClassProxyTests : OutcomeSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class OutcomeOnCallTests : OutcomeSpecification<CallEntry>;
