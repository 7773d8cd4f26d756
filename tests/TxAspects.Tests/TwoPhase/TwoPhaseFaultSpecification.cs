using Npgsql;

namespace TxAspects.Tests;

/// <summary>A connection that is lost at any step leaves all or nothing, at once where a server can be reached.</summary>
public abstract class TwoPhaseFaultSpecification<TEntry> : TwoPhaseFixture<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Killed_before_the_commit_nothing_is_kept()
    {
        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.TwoPhaseAsync(async () =>
        {
            await InsertInBothAsync("tea");
            await Archive.KillAsync(await BackendAsync(Second));
        }));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertInBothAsync("");
    }

    [TestMethod]
    [DataRow(Fault.RequestLost)]
    [DataRow(Fault.ReplyLost)]
    [DataRow(Fault.ReplyLostByReset)]
    public async Task Lost_while_preparing_nothing_is_kept(Fault fault)
    {
        await using var proxy = FaultProxy.At("PREPARE TRANSACTION", Archive, fault);
        await using var second = proxy.Connect(Archive, "archive", twoPhase: TwoPhase);

        await Assert.ThrowsExactlyAsync<NpgsqlException>(() => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", second: second)));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await RecoverWhenIdleAsync();
        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Killed_while_preparing_nothing_is_kept()
    {
        await using var gate = await CommitGate.CloseAsync(Archive);
        var unit = Units.TwoPhaseAsync(() => InsertInBothAsync("tea"));
        await Archive.KillAsync(await gate.WaitForCommitAsync());

        await Assert.ThrowsExactlyAsync<PostgresException>(() => unit);

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Decision_that_was_not_written_is_none()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.RequestLost);
        await using var first = proxy.Connect(Master, twoPhase: TwoPhase);

        await Assert.ThrowsExactlyAsync<NpgsqlException>(() => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first)));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertInBothAsync("");
    }

    [TestMethod]
    [DataRow(Fault.ReplyLost)]
    [DataRow(Fault.ReplyLostByReset)]
    public async Task Decision_whose_answer_was_lost_is_looked_up_and_followed(Fault fault)
    {
        await using var proxy = FaultProxy.AtCommit(Master, fault);
        await using var first = proxy.Connect(Master, twoPhase: TwoPhase);

        await Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first));

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Killed_while_deciding_nothing_is_kept()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        var unit = Units.TwoPhaseAsync(() => InsertInBothAsync("tea"));
        await Master.KillAsync(await gate.WaitForCommitAsync());

        await Assert.ThrowsExactlyAsync<PostgresException>(() => unit);

        await AssertInBothAsync("");
    }

    [TestMethod]
    public async Task Decision_that_stays_unknown_leaves_the_rest_to_the_recovery()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyNotAwaited, gate.WaitForCommitAsync);
        await using var first = proxy.Connect(Master, twoPhase: new PostgresTwoPhase { Timeout = TimeSpan.FromSeconds(1) });

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(
            () => Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first)));

        Assert.AreSequenceEqual(new[] { "archive" }, unknown.Prepared);
        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, Unit!.State);
        Assert.AreSequenceEqual(
            new[] { new ConnectOutcome("master", UnitOfWorkState.OutcomeUnknown),
                new ConnectOutcome("archive", UnitOfWorkState.OutcomeUnknown) }, Unit.Outcome!.Connects);
        Assert.AreEqual(1, await PreparedAsync());

        await gate.OpenAsync();
        Assert.HasCount(1, (await Recovery.RecoverAsync()).Committed);
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    [DataRow(Fault.RequestLost)]
    [DataRow(Fault.ReplyLost)]
    [DataRow(Fault.ReplyLostByReset)]
    public async Task Connection_lost_after_the_decision_is_replaced(Fault fault)
    {
        await using var proxy = FaultProxy.At("COMMIT PREPARED", Archive, fault);
        await using var second = proxy.Connect(Archive, "archive", twoPhase: TwoPhase);

        await Units.TwoPhaseAsync(() => InsertInBothAsync("tea", second: second));

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Server_that_cannot_be_told_of_the_decision_is_told_by_the_recovery()
    {
        await LeavePreparedAsync("tea");

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual("", await Archive.ItemsAsync());

        var report = await Recovery.RecoverAsync();
        Assert.HasCount(1, report.Committed);
        Assert.IsEmpty(report.Failures);
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task Server_that_cannot_be_told_to_roll_back_is_told_by_the_recovery()
    {
        await using var proxy = FaultProxy.At("ROLLBACK PREPARED", Archive, Fault.RequestLost, times: 2);
        await using var second = proxy.Connect(Archive, "archive", twoPhase: TwoPhase);
        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.TwoPhaseAsync(async () =>
        {
            await AddAsync(new Order { Item = "one", Slot = 7 }, First);
            await AddAsync(new Order { Item = "two", Slot = 7 }, First);
            await InsertAsync("tea", second);
        }));
        Assert.AreEqual(1, await PreparedAsync());

        Assert.HasCount(1, (await Recovery.RecoverAsync()).RolledBack);

        await AssertInBothAsync("");
    }

    // The request may still be on its way, or carried out, when the unit has ended.
    private async Task RecoverWhenIdleAsync()
    {
        await Archive.WaitForNoBackendAsync("application_name = 'test' AND state <> 'idle'");
        await Recovery.RecoverAsync();
    }
}

[TestClass]
public sealed class TwoPhaseFaultOnInterfaceProxyTests : TwoPhaseFaultSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class TwoPhaseFaultOnClassProxyTests : TwoPhaseFaultSpecification<ClassProxyEntry>;

[TestClass]
public sealed class TwoPhaseFaultOnCallTests : TwoPhaseFaultSpecification<CallEntry>;
