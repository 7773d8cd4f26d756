using TxAspects.Benchmarks.Calls;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks;

/// <summary>Everything that is measured, in the order of the report.</summary>
internal static class Run
{
    public static async Task MeasureAsync(Report report, Arguments arguments, CancellationToken stop)
    {
        var pairing = new Pairing(stop);
        using (var calls = new CallFigures(pairing, report, pairs: arguments.Quick ? 101 : 201))
        {
            await calls.MeasureLimitedAsync();
            if (!arguments.Quick)
                await calls.MeasureAllAsync();
        }
    }
}
