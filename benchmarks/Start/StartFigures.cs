using System.Diagnostics;
using System.Globalization;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks.Start;

/// <summary>
/// What the library adds to the start of an application; each time in a process of its own, because much of it happens once.
/// </summary>
internal sealed class StartFigures(Report report)
{
    private const string Part = "Start, 1,000 components, 100 of them attributed";
    private const int Pairs = 15;

    public async Task MeasureAsync(CancellationToken stop)
    {
        var (with, without) = (new List<double[]>(), new List<double[]>());
        for (var pair = 0; pair < Pairs; pair++)
        {
            // In turn, and each first every other time.
            foreach (var (way, found) in pair % 2 == 0 ? new[] { (Startup.With, with), (Startup.Without, without) } : [
                (Startup.Without, without), (Startup.With, with)])
                found.Add(await StartAsync(way, stop));
        }

        Add(0, "container build");
        Add(1, "first resolve and call in the process");
        Add(2, "first resolve and call of another component");

        void Add(int index, string name)
        {
            report.Add(Figure.Of(Part, $"{name}, with the module", Spread.Of(with.Select(one => one[index])), "ms"));
            report.Add(Figure.Of(Part, $"{name}, without", Spread.Of(without.Select(one => one[index])), "ms"));
        }
    }

    private static async Task<double[]> StartAsync(string way, CancellationToken stop)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [typeof(StartFigures).Assembly.Location, Startup.Argument, way])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var line = await process.StandardOutput.ReadToEndAsync(stop);
            await process.WaitForExitAsync(stop);
            return Array.ConvertAll(line.Split(' '), number => double.Parse(number, CultureInfo.InvariantCulture));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
