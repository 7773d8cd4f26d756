using Npgsql;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;
using TxAspects.Benchmarks.Units;

namespace TxAspects.Benchmarks.OneTrip;

/// <summary>What settings of the connect and of its connection string give a declared insert.</summary>
internal sealed class SettingFigures(Pairing pairing, Report report, string connectionString)
{
    private const int Rounds = 31;
    private static readonly int[] Counts = [1, 64];

    public async Task MeasureAsync()
    {
        await using var plain = Connect("plain", null, resets: true, prepares: false);
        await using var oneTrip = Connect("one trip", true, resets: true, prepares: false);
        await using var noReset = Connect("no reset", null, resets: false, prepares: false);
        await using var oneTripNoReset = Connect("one trip, no reset", true, resets: false, prepares: false);
        await using var prepared = Connect("prepared", null, resets: false, prepares: true);
        await using var oneTripPrepared = Connect("one trip, prepared", true, resets: false, prepares: true);
        DbConnect<ItemsContext>[] connects = [plain, oneTrip, noReset, oneTripNoReset, prepared, oneTripPrepared];
        foreach (var several in Counts)
        {
            Work[] works = [.. connects.Select(connect => UnitPeer.AtOnce(connect.Name, () => InsertAsync(connect), several))];
            await pairing.WarmUpAsync(works, operations: 20 * several);
            var times = await pairing.MeasureInTurnAsync(works, Rounds, TimeSpan.FromMilliseconds(20));
            foreach (var (work, time) in works.Zip(times))
                report.Add(Figure.Of("Time of a declared insert, by settings", work.Name, time, "µs", $"{several} at once", scale: 1e6));
        }
    }

    private static Task InsertAsync(DbConnect<ItemsContext> connect)
        => Tx.RunAsync(async () => (await Tx.SessionAsync(connect)).Items.Add(Items.New()));

    private DbConnect<ItemsContext> Connect(string name, bool? commitsWithSave, bool resets, bool prepares)
        => PostgresConnect.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                MaxPoolSize = UnitPeers.PoolSize, NoResetOnClose = !resets, MaxAutoPrepare = prepares ? 20 : 0,
            }.ConnectionString,
            new PostgresConnectOptions<ItemsContext> { Name = name, CommitWithSave = commitsWithSave });
}
