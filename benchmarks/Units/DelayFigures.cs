using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;
using TxAspects.Benchmarks.Wire;

namespace TxAspects.Benchmarks.Units;

/// <summary>The units where each round trip takes a millisecond longer, as between two machines.</summary>
internal sealed class DelayFigures(Pairing pairing, Report report, string connectionString, int pairs)
{
    private const string Part = "With 1 ms of network delay";
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(10);

    /// <param name="all">All figures, or those with a limit.</param>
    public async Task MeasureAsync(bool all)
    {
        using var relay = new Relay(connectionString, Delay);
        await using var peers = new UnitPeers(relay.ConnectionString);
        await pairing.WarmUpAsync(peers.Works(all ? UnitShapes.All : [UnitShape.Insert]), operations: 1);
        await CompareAsync(peers, UnitShape.Insert, peers.Written, limit: 0.55);
        report.Add(new Figure(Part, "delay achieved, on average", relay.AchievedDelay.TotalMilliseconds, "ms"));
        if (all)
        {
            foreach (var other in peers.Others.Where(other => other != peers.Written))
                await CompareAsync(peers, UnitShape.Insert, other);
            foreach (var shape in UnitShapes.All.Skip(1))
                await CompareAsync(peers, shape, peers.Written);
            foreach (var shape in UnitShapes.All)
            {
                var times = await pairing.MeasureInTurnAsync([.. peers.All.Select(peer => peer[shape])], pairs / 2, Block);
                foreach (var (peer, time) in peers.All.Zip(times))
                    report.Add(Figure.Of($"{Part}, time of one unit", peer.Name, time, "ms", shape.InWords(), scale: 1e3));
            }

            await new ThroughputFigures(pairing, report, peers, pairs / 4, $"{Part}, units per second").MeasureAllAsync();
        }
    }

    private async Task CompareAsync(UnitPeers peers, UnitShape shape, UnitPeer other, double? limit = null)
    {
        var found = await pairing.CompareAsync(peers.Ours[shape], other[shape], pairs, Block);
        report.Add(Figure.Of(Part, $"{shape.InWords()}, ours ÷ {other.Name}", found, limit: limit));
    }
}
