using System.Diagnostics;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks.Watching;

/// <summary>What the page of the dashboard costs the units that it shows: mapped with nobody looking, and looked at.</summary>
internal sealed class DashboardFigures(Pairing pairing, Report report, string connectionString, CancellationToken stop)
{
    private const string Part = "The dashboard: units with it, by units without";
    private const string TimePart = "The dashboard: one unit";
    private const string BytesPart = "The dashboard: bytes allocated by one unit";
    private const string MemoryPart = "The dashboard: memory";
    private const int Pairs = 801;
    private const int ManyUnits = 1_000_000;
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(2);

    // Longer than the pause of the page, so that each block has its questions in it.
    private static readonly TimeSpan WatchedBlock = TimeSpan.FromSeconds(2);

    public async Task MeasureAsync()
    {
        await using var without = await WatchedUnits.StartAsync(connectionString, isMapped: false);
        await using var mapped = await WatchedUnits.StartAsync(connectionString, isMapped: true);
        await MeasureMappedAsync("outermost call, a session and no SQL", NothingOf(without), NothingOf(mapped));
        await MeasureMappedAsync("one insert", InsertOf(without), InsertOf(mapped));
        await MeasureWatchedAsync("outermost call, a session and no SQL", NothingOf(without), NothingOf(mapped), mapped);
        await MeasureWatchedAsync("one insert", InsertOf(without), InsertOf(mapped), mapped);
        await MeasureMemoryAsync(mapped);
    }

    private static Work NothingOf(WatchedUnits app) => Repeat("", app.Units.NothingAsync);

    private static Work InsertOf(WatchedUnits app) => Repeat("", app.Units.InsertAsync);

    private static Work Repeat(string name, Func<Task> unit) => new(name, async count =>
    {
        for (var i = 0; i < count; i++)
            await unit();
    });

    private async Task MeasureMappedAsync(string shape, Work without, Work mapped)
    {
        await pairing.WarmUpAsync([without, mapped], operations: 50);
        report.Add(Figure.Of(Part, $"{shape}, mapped, nobody looks", await pairing.CompareAsync(mapped, without, Pairs, Block)));
        var times = await pairing.MeasureInTurnAsync([without, mapped], Pairs / 2, Block);
        report.Add(Figure.Of(TimePart, $"{shape}, without", times[0], "µs", scale: 1e6));
        report.Add(Figure.Of(TimePart, $"{shape}, mapped", times[1], "µs", scale: 1e6));
        report.Add(new Figure(BytesPart, $"{shape}, without", await without.CountBytesAsync(500), "B"));
        report.Add(new Figure(BytesPart, $"{shape}, mapped", await mapped.CountBytesAsync(500), "B"));
    }

    /// <summary>With a client that asks as the page does, for what is open and for the list, once a second each.</summary>
    private async Task MeasureWatchedAsync(string shape, Work without, Work mapped, WatchedUnits app)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watching = WatchAsync(app.Address, end.Token);
        var found = await pairing.CompareAsync(mapped, without, pairs: 9, WatchedBlock);
        await end.CancelAsync();
        await watching;
        report.Add(Figure.Of(Part, $"{shape}, mapped and watched", found));
    }

    private async Task MeasureMemoryAsync(WatchedUnits app)
    {
        await NothingOf(app).RunAsync(10_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        await NothingOf(app).RunAsync(ManyUnits);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        report.Add(new Figure(MemoryPart, "grown by 1,000,000 units", Math.Max(0, grown / 1024.0), "KiB"));
        report.Add(new Figure(MemoryPart, "their time", clock.Elapsed.TotalSeconds, "s"));
    }

    private static async Task WatchAsync(Uri address, CancellationToken end)
    {
        using var client = new HttpClient { BaseAddress = address };
        try
        {
            while (true)
            {
                await client.GetStringAsync("/tx/api/now", end);
                await client.GetStringAsync("/tx/api/units", end);
                await Task.Delay(TimeSpan.FromSeconds(1), end);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
    }
}
