using Npgsql;
using TxAspects.Benchmarks.Calls;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.OneTrip;
using TxAspects.Benchmarks.Reporting;
using TxAspects.Benchmarks.Start;
using TxAspects.Benchmarks.Units;
using TxAspects.Benchmarks.Watching;
using TxAspects.Testing;

namespace TxAspects.Benchmarks;

/// <summary>Everything that is measured, in the order of the report.</summary>
internal static class Run
{
    /// <summary>Fills the report; returns where it was filled.</summary>
    public static async Task<Machine> MeasureAsync(Report report, Arguments arguments, CancellationToken stop)
    {
        var load = Machine.CurrentLoad();
        var pairing = new Pairing(stop);
        if (arguments.OneTrip)
            return await MeasureOneTripAsync(report, pairing, load, stop);
        if (arguments.Dashboard)
            return await MeasureDashboardAsync(report, pairing, load, stop);

        using (var calls = new CallFigures(pairing, report, pairs: arguments.Quick ? 801 : 1201))
        {
            await calls.MeasureLimitedAsync();
            if (!arguments.Quick)
                await calls.MeasureAllAsync();
        }

        await using var server = await PostgresServer.FindOrStartAsync(cancellationToken: stop);
        await using var database = await TemporaryDatabase.CreateAsync(server, cancellationToken: stop);
        var machine = Machine.Describe(await PrepareAsync(database, stop), load);

        var roundTrips = new RoundTripFigures(report, database.ConnectionString);
        await roundTrips.MeasureLimitedAsync();
        if (!arguments.Quick)
            await roundTrips.MeasureAllAsync();

        await using (var peers = new UnitPeers(database.ConnectionString))
        {
            var units = new UnitFigures(pairing, report, peers, pairs: arguments.Quick ? 501 : 1201);
            await units.MeasureLimitedAsync();
            if (!arguments.Quick)
                await units.MeasureAllAsync();

            var throughput = new ThroughputFigures(pairing, report, peers, pairs: arguments.Quick ? 21 : 41);
            await throughput.MeasureLimitedAsync();
            if (!arguments.Quick)
            {
                await throughput.MeasureAllAsync();
                await new RungFigures(pairing, report, peers, rounds: 31).MeasureAsync();
                await new OpenUnitFigures(report, peers).MeasureAsync();
            }
        }

        await new DelayFigures(pairing, report, database.ConnectionString, pairs: arguments.Quick ? 51 : 81)
            .MeasureAsync(all: !arguments.Quick);
        await new OneTripFigures(pairing, report, database.ConnectionString, pairs: arguments.Quick ? 501 : 1201).MeasureAsync();
        if (!arguments.Quick)
            await new StartFigures(report).MeasureAsync(stop);
        return machine;
    }

    private static async Task<Machine> MeasureDashboardAsync(Report report, Pairing pairing, double load, CancellationToken stop)
    {
        await using var server = await PostgresServer.FindOrStartAsync(cancellationToken: stop);
        await using var database = await TemporaryDatabase.CreateAsync(server, cancellationToken: stop);
        var machine = Machine.Describe(await PrepareAsync(database, stop), load);
        await new DashboardFigures(pairing, report, database.ConnectionString, stop).MeasureAsync();
        return machine;
    }

    private static async Task<Machine> MeasureOneTripAsync(Report report, Pairing pairing, double load, CancellationToken stop)
    {
        await using var server = await PostgresServer.FindOrStartAsync(cancellationToken: stop);
        await using var database = await TemporaryDatabase.CreateAsync(server, cancellationToken: stop);
        var machine = Machine.Describe(await PrepareAsync(database, stop), load);
        await new OneTripFigures(pairing, report, database.ConnectionString, pairs: 1201).MeasureAsync();
        await new SettingFigures(pairing, report, database.ConnectionString).MeasureAsync();
        return machine;
    }

    /// <summary>Makes the table; returns the server's version.</summary>
    private static async Task<string> PrepareAsync(TemporaryDatabase database, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(stop);
        await using var command = new NpgsqlCommand(ItemsContext.Schema, connection);
        await command.ExecuteNonQueryAsync(stop);
        return connection.PostgreSqlVersion.ToString();
    }
}
