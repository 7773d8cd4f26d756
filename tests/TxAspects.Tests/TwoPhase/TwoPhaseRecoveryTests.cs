using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>The recovery ends what was left prepared as the unit was decided, and nothing else.</summary>
[TestClass]
public sealed class TwoPhaseRecoveryTests : TwoPhaseFixture<CallEntry>
{
    [TestMethod]
    public async Task Without_a_decision_the_rest_is_rolled_back_and_the_unit_can_never_commit()
    {
        var id = await PrepareByHandAsync("lost");

        var report = await Recovery.RecoverAsync();

        Assert.HasCount(1, report.RolledBack);
        await AssertInBothAsync("");
        var late = await Assert.ThrowsExactlyAsync<PostgresException>(() => Master.ExecuteAsync($"INSERT INTO txaspects_decisions (id, " +
            $"committed) VALUES ('{id}', true)"));
        Assert.AreEqual(PostgresErrorCodes.UniqueViolation, late.SqlState);
    }

    [TestMethod]
    public async Task Unit_that_took_too_long_between_the_phases_is_told_so()
    {
        await using var proxy = FaultProxy.AtCommit(
            Master, Fault.RequestDelayed, async () => Assert.HasCount(1, (await Recovery.RecoverAsync()).RolledBack));
        await using var first = proxy.Connect(Master, twoPhase: TwoPhase);

        var failure = await Assert.ThrowsExactlyAsync<TwoPhaseCommitException>(
            () => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first)));

        StringAssert.Contains(failure.Message, "GracePeriod");
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Unit_that_is_committing_is_waited_for()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        var unit = Units.TwoPhaseAsync(() => InsertInBothAsync("tea"));
        await gate.WaitForCommitAsync();
        var recovery = Recovery.RecoverAsync();
        await Master.WaitForBackendAsync("wait_event = 'transactionid'");

        await gate.OpenAsync();
        await unit;
        await recovery;

        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Young_transaction_is_left_alone()
    {
        await LeavePreparedAsync("tea");

        var report = await new PostgresTwoPhaseRecovery(First, Second).RecoverAsync();

        Assert.IsTrue(report.IsQuiet);
        Assert.AreEqual(1, await PreparedAsync());
        await Recovery.RecoverAsync();
    }

    [TestMethod]
    public async Task Several_at_once_are_safe()
    {
        for (var unit = 0; unit < 10; unit++)
            await LeavePreparedAsync($"{unit}");
        for (var unit = 0; unit < 8; unit++)
            await PrepareByHandAsync("lost");

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Recovery.RecoverAsync())));

        Assert.IsTrue(reports.All(report => report.Failures.Count == 0));
        Assert.AreEqual(10, reports.Sum(report => report.Committed.Count));
        Assert.AreEqual(8, reports.Sum(report => report.RolledBack.Count));
        await AssertInBothAsync("0,1,2,3,4,5,6,7,8,9");
    }

    [TestMethod]
    public async Task Without_the_database_that_knows_the_decision_it_waits()
    {
        await LeavePreparedAsync("tea");

        var report = await new PostgresTwoPhaseRecovery(Second) { GracePeriod = TimeSpan.Zero }.RecoverAsync();

        Assert.HasCount(1, report.InDoubt);
        Assert.AreEqual(1, await PreparedAsync());
        await Recovery.RecoverAsync();
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Database_that_does_not_answer_is_reported_and_the_others_are_served()
    {
        await LeavePreparedAsync("tea");
        await using var gone = Master.Create(name: "gone", twoPhase: TwoPhase, configure: settings => settings.Port = 1);

        var report = await new PostgresTwoPhaseRecovery(
            gone, First, Second) { GracePeriod = TimeSpan.Zero, KeepDecisions = TimeSpan.FromTicks(1) }.RecoverAsync();

        Assert.AreEqual("gone", report.Failures.Single().Key);
        Assert.AreEqual(0, report.DecisionsRemoved);
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Decisions_are_removed_when_nobody_needs_them()
    {
        await LeavePreparedAsync("first");
        await Units.TwoPhaseAsync(() => InsertInBothAsync("second"));
        var eager = new PostgresTwoPhaseRecovery(First, Second) { KeepDecisions = TimeSpan.FromTicks(10) };

        Assert.AreEqual(1, (await eager.RecoverAsync()).DecisionsRemoved);
        Assert.AreEqual(1, await DecisionsAsync());

        await Recovery.RecoverAsync();
        Assert.AreEqual(1, (await eager.RecoverAsync()).DecisionsRemoved);
        await AssertInBothAsync("first,second");
    }

    [TestMethod]
    public async Task Transactions_of_others_are_left_alone()
    {
        await Archive.ExecuteAsync(
            "BEGIN; INSERT INTO orders (item, quantity) VALUES ('foreign', 1); PREPARE TRANSACTION 'somebody_elses'");

        Assert.IsTrue((await Recovery.RecoverAsync()).IsQuiet);

        await Archive.ExecuteAsync("ROLLBACK PREPARED 'somebody_elses'");
    }

    [TestMethod]
    public async Task It_runs_until_it_is_cancelled()
    {
        await LeavePreparedAsync("tea");
        using var ending = new CancellationTokenSource();
        var committed = 0;
        var runs = 0;

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            new PostgresTwoPhaseRecovery(First, Second) { GracePeriod = TimeSpan.Zero, Interval = TimeSpan.FromMilliseconds(1) }.RunAsync(
                report =>
                {
                    committed += report.Committed.Count;
                    if (++runs == 3)
                        ending.Cancel();
                },
                ending.Token));

        Assert.AreEqual(1, committed);
    }

    [TestMethod]
    public async Task Server_that_keeps_no_prepared_transactions_is_named_at_the_start_and_by_the_first_unit()
    {
        await using var server = await TemporaryPostgres.StartAsync(
            new TemporaryPostgresOptions { Settings = { ["max_prepared_transactions"] = "0" } });
        await using var database = await TestDatabase.CreateOnAsync(server, "archive");
        await using var connect = database.Create(name: "archive", twoPhase: TwoPhase);

        var atStart = await Assert.ThrowsExactlyAsync<TwoPhaseCommitException>(
            () => new PostgresTwoPhaseRecovery(First, connect).RunAsync(null, TestContext.CancellationToken));
        var atUnit = await Assert.ThrowsExactlyAsync<TwoPhaseCommitException>(
            () => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", second: connect)));

        Assert.AreEqual(
            "'archive' cannot take part in a two-phase commit: its server has max_prepared_transactions = 0 and so keeps no prepared " +
            "transaction. Set it to at least max_connections, and restart the server.",
            atStart.Message);
        Assert.AreEqual(atStart.Message, atUnit.Message);
        Assert.AreEqual("", await Master.ItemsAsync());
        Assert.AreEqual("", await database.ItemsAsync());
        await database.AssertNothingLeftAsync();
    }

    [TestMethod]
    public async Task Connect_without_the_option_is_refused_when_the_recovery_is_made()
    {
        await using var other = Archive.Create(name: "other");

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new PostgresTwoPhaseRecovery(First, other)).Message, "'other'");
    }

    [TestMethod]
    public async Task Two_connects_of_one_name_are_refused_when_the_recovery_is_made()
    {
        await using var other = Archive.Create(twoPhase: TwoPhase);

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new PostgresTwoPhaseRecovery(First, other)).Message, "'master'");
    }

    /// <summary>What a process leaves that ends between its first and its second phase.</summary>
    private async Task<Guid> PrepareByHandAsync(string item)
    {
        var id = Guid.NewGuid();
        var decidedIn = await TwoPhaseNames.DecidedInAsync(Master, "master");
        await Archive.ExecuteAsync($"BEGIN; INSERT INTO orders (item, quantity) VALUES ('{item}', 1); PREPARE TRANSACTION " +
                                   $"'txaspects_{decidedIn}_{id:n}_1'");
        return id;
    }
}
