using Npgsql;
using TxAspects.Benchmarks.Calls;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;
using TxAspects.Benchmarks.Units;
using TxAspects.Testing;

namespace TxAspects.Benchmarks;

/// <summary>Everything that is measured, in the order of the report.</summary>
internal static class Run
{
    public static async Task MeasureAsync(Report report, Arguments arguments, CancellationToken stop)
    {
        var pairing = new Pairing(stop);
        using (var calls = new CallFigures(pairing, report, pairs: arguments.Quick ? 801 : 1201))
        {
            await calls.MeasureLimitedAsync();
            if (!arguments.Quick)
                await calls.MeasureAllAsync();
        }

        await using var server = await PostgresServer.FindOrStartAsync(cancellationToken: stop);
        await using var database = await TemporaryDatabase.CreateAsync(server, cancellationToken: stop);
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
        await using (var command = source.CreateCommand(ItemsContext.Schema))
            await command.ExecuteNonQueryAsync(stop);

        var roundTrips = new RoundTripFigures(report, database.ConnectionString);
        await roundTrips.MeasureLimitedAsync();
        if (!arguments.Quick)
            await roundTrips.MeasureAllAsync();

        await using (var peers = new UnitPeers(database.ConnectionString))
        {
            var units = new UnitFigures(pairing, report, peers, pairs: arguments.Quick ? 301 : 501);
            await units.MeasureLimitedAsync();
            if (!arguments.Quick)
                await units.MeasureAllAsync();

            var throughput = new ThroughputFigures(pairing, report, peers, pairs: arguments.Quick ? 31 : 41);
            await throughput.MeasureLimitedAsync();
            if (!arguments.Quick)
                await throughput.MeasureAllAsync();
        }

        await new DelayFigures(pairing, report, database.ConnectionString, pairs: arguments.Quick ? 51 : 81).MeasureAsync(all: !arguments.Quick);
    }
}
