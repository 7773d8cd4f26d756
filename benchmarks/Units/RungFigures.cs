using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks.Units;

/// <summary>
/// Where the time of one insert goes when 64 run at once and the processors are never idle: one thing after the other is added to a pooled
/// context.
/// </summary>
internal sealed class RungFigures(Pairing pairing, Report report, UnitPeers peers, int rounds)
{
    private const string Part = "From raw Npgsql to ours, step by step: time of one unit with one insert, 64 at once";
    private const int Several = 64;
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(50);

    public async Task MeasureAsync()
    {
        Work[] works =
        [
            peers.Raw.AtOnce(UnitShape.Insert, Several),
            .. RungUnits.All(peers.NewOptions).Select(rung => UnitPeer.AtOnce(rung.Name, rung.Units.InsertAsync, Several)),
            peers.Ours.AtOnce(UnitShape.Insert, Several),
        ];
        await pairing.WarmUpAsync(works, operations: Several);
        var times = await pairing.MeasureInTurnAsync(works, rounds, Block);
        foreach (var (work, time) in works.Zip(times))
            report.Add(Figure.Of(Part, work.Name, time, "µs", scale: 1e6));
    }
}
