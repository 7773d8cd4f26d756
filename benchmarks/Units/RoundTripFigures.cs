using TxAspects.Benchmarks.Reporting;
using TxAspects.Benchmarks.Wire;

namespace TxAspects.Benchmarks.Units;

/// <summary>How often each peer's unit waits for the server, counted on the wire.</summary>
internal sealed class RoundTripFigures(Report report, string connectionString)
{
    private const string Part = "Round trips of a unit";
    private const int UnitCount = 20;

    public async Task MeasureLimitedAsync()
    {
        using var relay = new Relay(connectionString);
        await using var peers = new UnitPeers(relay.ConnectionString);

        // First, while nothing has opened a connection.
        for (var i = 0; i < UnitCount; i++)
            await peers.OwnUnits.NothingAsync();
        var (roundTrips, connections) = (relay.RoundTripCount, relay.ConnectionCount);

        await AddAsync(relay, peers.Ours, UnitShape.Insert, limit: 2);
        report.Add(new Figure(Part, peers.Ours.Name, (double)roundTrips / UnitCount, Column: "no SQL", Limit: 0));
        report.Add(new Figure(Part, peers.Ours.Name, connections, Column: "no SQL, connections leased", Limit: 0));
    }

    public async Task MeasureAllAsync()
    {
        using var relay = new Relay(connectionString);
        await using var peers = new UnitPeers(relay.ConnectionString);
        foreach (var shape in UnitShapes.All)
        {
            foreach (var peer in peers.All)
            {
                if (shape is not UnitShape.Insert || peer != peers.Ours)
                    await AddAsync(relay, peer, shape);
            }
        }
    }

    private async Task AddAsync(Relay relay, UnitPeer peer, UnitShape shape, double? limit = null)
    {
        await peer[shape].RunAsync(UnitCount);
        var before = relay.RoundTripCount;
        await peer[shape].RunAsync(UnitCount);
        report.Add(new Figure(Part, peer.Name, (relay.RoundTripCount - before) / (double)UnitCount, Column: shape.InWords(), Limit: limit));
    }
}
