using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;

namespace TxAspects.Benchmarks.Units;

/// <summary>How many units with one insert end per second where several run at once over a pool of 16 connections.</summary>
internal sealed class ThroughputFigures(
    Pairing pairing, Report report, UnitPeers peers, int pairs, string part = "Units per second over a pool of 16")
{
    private const int Most = 64;
    private static readonly int[] Counts = [1, 8, Most];
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(50);

    /// <summary>The figures with a limit: 64 at once, units per second of ours by those of another.</summary>
    public async Task MeasureLimitedAsync()
    {
        await WarmUpAsync(Most);
        await CompareAsync(Most, peers.Raw, limit: 0.65);
        await CompareAsync(Most, peers.Written, limit: 2.0);
    }

    public async Task MeasureAllAsync()
    {
        foreach (var several in Counts)
        {
            await WarmUpAsync(several);
            var times = await pairing.MeasureInTurnAsync([.. peers.All.Select(peer => AtOnce(peer, several))], pairs, Block);
            foreach (var (peer, time) in peers.All.Zip(times))
                report.Add(Figure.Of(part, peer.Name, time.Inverse(), "/s", $"{several} at once"));
        }
    }

    private Task WarmUpAsync(int several)
        => pairing.WarmUpAsync([.. peers.All.Select(peer => AtOnce(peer, several))], operations: several);

    private async Task CompareAsync(int several, UnitPeer other, double limit)
    {
        var found = await pairing.CompareAsync(AtOnce(peers.Ours, several), AtOnce(other, several), pairs, Block);
        report.Add(Figure.Of(part, $"{several} at once, ours ÷ {other.Name}", found.Inverse(), limit: limit, atLeast: true));
    }

    private static Work AtOnce(UnitPeer peer, int several) => peer.AtOnce(UnitShape.Insert, several);
}
