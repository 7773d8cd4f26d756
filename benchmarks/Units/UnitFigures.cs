using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks.Units;

/// <summary>What a unit of work costs against a server on the same machine.</summary>
internal sealed class UnitFigures(Pairing pairing, Report report, UnitPeers peers, int pairs)
{
    private const string Part = "Units of work, one after the other";
    private const string TimePart = "Time of one unit";
    private const string BytesPart = "Bytes allocated by one unit";
    private const int CountedUnits = 200;
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(1);

    /// <summary>The figures with a limit: one insert.</summary>
    public async Task MeasureLimitedAsync()
    {
        await pairing.WarmUpAsync(peers.Works(UnitShape.Insert), operations: 20);
        await CompareAsync(UnitShape.Insert, peers.Written, limit: 0.5);
        await CompareAsync(UnitShape.Insert, peers.Pooled, limit: 0.85);
        await CompareAsync(UnitShape.Insert, peers.Raw, limit: 1.35);
    }

    /// <summary>The other units, and every peer's own time and bytes.</summary>
    public async Task MeasureAllAsync()
    {
        await CompareAsync(UnitShape.Insert, peers.Scope);
        foreach (var shape in UnitShapes.All.Skip(1))
        {
            await pairing.WarmUpAsync(peers.Works(shape), operations: 20);
            foreach (var other in peers.Others)
                await CompareAsync(shape, other);
        }

        foreach (var shape in UnitShapes.All)
        {
            var times = await pairing.MeasureInTurnAsync([.. peers.All.Select(peer => peer[shape])], pairs / 2, Block);
            foreach (var (peer, time) in peers.All.Zip(times))
                report.Add(Figure.Of(TimePart, peer.Name, time, "µs", shape.InWords(), scale: 1e6));
        }

        foreach (var shape in UnitShapes.All)
        {
            foreach (var peer in peers.All)
                report.Add(new Figure(BytesPart, peer.Name, await peer[shape].CountBytesAsync(CountedUnits), "B", shape.InWords()));
        }
    }

    private async Task CompareAsync(UnitShape shape, UnitPeer other, double? limit = null)
    {
        var found = await pairing.CompareAsync(peers.Ours[shape], other[shape], pairs, Block);
        report.Add(Figure.Of(Part, $"{shape.InWords()}, ours ÷ {other.Name}", found, limit: limit));
    }
}
