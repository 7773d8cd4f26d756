using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks.Units;

/// <summary>How much memory a unit holds while it is open and waits for something.</summary>
internal sealed class OpenUnitFigures(Report report, UnitPeers peers)
{
    private const string Part = "Memory of an open unit, 10,000 of them open at once";
    private const int UnitCount = 10_000;

    public async Task MeasureAsync()
    {
        await AddAsync("a method that waits, no unit", peers.DirectUnits.HoldAsync);
        await AddAsync("ours, without a session", peers.OwnUnits.HoldAsync);
        await AddAsync("EF Core, a new context", HoldNewContextAsync);
        await AddAsync("ours, with a session", peers.OwnUnits.HoldWithSessionAsync);
    }

    private async Task AddAsync(string name, Func<Task, Task> hold)
    {
        await MeasureAsync(hold, count: 100);
        report.Add(new Figure(Part, name, await MeasureAsync(hold, UnitCount), "B"));
    }

    private static async Task<double> MeasureAsync(Func<Task, Task> hold, int count)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var units = new Task[count];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
            units[i] = hold(end.Task);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        end.SetResult();
        await Task.WhenAll(units);
        return (double)held / count;
    }

    // With its change tracker, which a unit's session has as well.
    private async Task HoldNewContextAsync(Task until)
    {
        await using var db = new ItemsContext(peers.Options);
        db.ChangeTracker.AutoDetectChangesEnabled = true;
        await until;
    }
}
