using TxAspects.Testing;

namespace TxAspects.Tests;

/// <content>Failures of commits in two phases, on two servers that keep prepared transactions.</content>
public sealed partial class FailuresPageTests
{
    private static readonly PostgresTwoPhase TwoPhase = new();

    private TestDatabase? _first;

    [TestCleanup]
    public async Task DropSecondPairAsync()
    {
        if (_first is null)
            return;

        await using (_first)
        await using (_archive!)
            await RecoverAsync();
    }

    private async Task CreatePairAsync()
    {
        _first = await TwoPhaseServers.CreateMasterAsync();
        _archive = await TwoPhaseServers.CreateArchiveAsync();
    }

    private async Task RunInTwoPhasesAsync(
        DbConnect<ShopContext>? first = null, DbConnect<ShopContext>? second = null, Func<DbConnect<ShopContext>, Task>? rest = null)
    {
        await using var master = first ?? _first!.Create(twoPhase: TwoPhase);
        await using var archive = second ?? _archive!.Create(name: "archive", twoPhase: TwoPhase);
        await Tx.RunAsync(
            async () =>
            {
                await InsertAsync("tea", master);
                await InsertAsync("tea", archive);
                await (rest?.Invoke(archive) ?? Task.CompletedTask);
            },
            Place with { CommitMode = CommitMode.TwoPhase });
    }

    private async Task NotPreparedAsync()
    {
        await CreatePairAsync();
        await RunInTwoPhasesAsync(rest: TakeSlotTwiceAsync);
    }

    private async Task NothingPreparedAsync()
    {
        await CreatePairAsync();
        await using var server = await TemporaryPostgres.StartAsync(
            new TemporaryPostgresOptions { Settings = { ["max_prepared_transactions"] = "0" } });
        await using var database = await TestDatabase.CreateOnAsync(server, "archive");
        await RunInTwoPhasesAsync(second: database.Create(name: "archive", twoPhase: TwoPhase));
    }

    private async Task DecisionLostAsync()
    {
        await CreatePairAsync();
        await using var gate = await CommitGate.CloseAsync(_first!);
        await using var proxy = FaultProxy.AtCommit(_first!, Fault.ReplyNotAwaited, gate.WaitForCommitAsync);
        try
        {
            await RunInTwoPhasesAsync(proxy.Connect(_first!, twoPhase: new PostgresTwoPhase { Timeout = TimeSpan.FromMilliseconds(500) }));
        }
        finally
        {
            await gate.OpenAsync();
            await RecoverAsync();
        }
    }

    private async Task RecoveredTooEarlyAsync()
    {
        await CreatePairAsync();
        await using var proxy = FaultProxy.AtCommit(_first!, Fault.RequestDelayed, RecoverAsync);
        await RunInTwoPhasesAsync(proxy.Connect(_first!, twoPhase: TwoPhase));
    }

    private async Task RecoverAsync()
    {
        await using var master = _first!.Create(twoPhase: TwoPhase);
        await using var archive = _archive!.Create(name: "archive", twoPhase: TwoPhase);
        await new PostgresTwoPhaseRecovery(master, archive) { GracePeriod = TimeSpan.Zero }.RecoverAsync();
    }
}
