using Autofac;
using Npgsql;
using TxAspects.Benchmarks.Measuring;
using TxAspects.Benchmarks.Reporting;
using TxAspects.Benchmarks.Units;
using TxAspects.Benchmarks.Wire;

namespace TxAspects.Benchmarks.OneTrip;

/// <summary>Units whose last save takes the commit along, and read-only ones, by peers that take more round trips.</summary>
internal sealed class OneTripFigures(Pairing pairing, Report report, string connectionString, int pairs)
{
    private const string Trips = "Round trips of a declared unit, CommitWithSave";
    private const string Times = "Declared units, CommitWithSave";
    private const string Delayed = "Declared units, CommitWithSave, with 1 ms of network delay";
    private const int Several = 64;
    private const int Count = 20;

    public async Task MeasureAsync()
    {
        await CountAsync();
        await CompareAsync();
        await CompareDelayedAsync();
    }

    private async Task CountAsync()
    {
        using var relay = new Relay(connectionString);
        await using var set = new Set(relay.ConnectionString);
        await AddAsync("one insert", set.Declared.InsertAsync, limit: 1);
        await AddAsync("one update", set.Declared.UpdateAsync, limit: 1);
        var next = await set.MakeRowsAsync(connectionString, 2 * Count);
        await AddAsync("one delete", () => set.Declared.DeleteAsync(next++), limit: 1);
        await AddAsync("ten inserts", set.Declared.InsertTenAsync, limit: 1);
        await AddAsync("one read and one insert", set.Declared.ReadAndInsertAsync, limit: 2);
        await AddAsync("one read, read-only", set.Declared.ReadAsync, limit: 1);

        async Task AddAsync(string name, Func<Task> unit, double limit)
        {
            for (var i = 0; i < Count; i++)
                await unit();
            var before = relay.RoundTripCount;
            for (var i = 0; i < Count; i++)
                await unit();
            report.Add(new Figure(Trips, name, (relay.RoundTripCount - before) / (double)Count, Limit: limit));
        }
    }

    private async Task CompareAsync()
    {
        await using var set = new Set(connectionString);
        var block = TimeSpan.FromMilliseconds(1);
        await pairing.WarmUpAsync(set.Works, operations: 20);
        await AddAsync(set.Insert, set.All.Written[UnitShape.Insert], 0.40);
        await AddAsync(set.Insert, set.All.Pooled[UnitShape.Insert], 0.65);
        await AddAsync(set.Insert, set.All.Raw[UnitShape.Insert], 1.1);
        await AddAsync(set.Insert, set.OneBatch);
        await AddAsync(set.Insert, set.PooledAlone);
        await AddAsync(set.Update, set.WrittenUpdate);
        await AddAsync(set.Read, set.PlainRead);

        var longBlock = TimeSpan.FromMilliseconds(50);
        var atOnce = UnitPeer.AtOnce("one insert", set.Declared.InsertAsync, Several);
        await AddAtOnceAsync(set.All.Raw.AtOnce(UnitShape.Insert, Several), 0.85);
        await AddAtOnceAsync(set.All.Written.AtOnce(UnitShape.Insert, Several), 2.6);
        await AddAtOnceAsync(UnitPeer.AtOnce(set.PooledAlone.Name, set.InsertPooledAloneAsync, Several));

        async Task AddAsync(Work ours, Work other, double? limit = null)
        {
            var found = await pairing.CompareAsync(ours, other, pairs, block);
            report.Add(Figure.Of(Times, $"{ours.Name}, ours ÷ {other.Name}", found, limit: limit));
        }

        async Task AddAtOnceAsync(Work other, double? limit = null)
        {
            await pairing.WarmUpAsync([atOnce, other], Several);
            var found = await pairing.CompareAsync(atOnce, other, Math.Max(21, pairs / 10), longBlock);
            report.Add(Figure.Of(
                Times, $"{Several} at once, units per second, ours ÷ {other.Name}", found.Inverse(), limit: limit, atLeast: true));
        }
    }

    private async Task CompareDelayedAsync()
    {
        using var relay = new Relay(connectionString, TimeSpan.FromMilliseconds(1));
        await using var set = new Set(relay.ConnectionString);
        await pairing.WarmUpAsync(set.Works, operations: 1);
        await AddAsync(set.Insert, set.All.Written[UnitShape.Insert], 0.30);
        await AddAsync(set.Update, set.WrittenUpdate, 0.32);
        await AddAsync(set.Read, set.PlainRead, 1.1);

        async Task AddAsync(Work ours, Work other, double limit)
        {
            var found = await pairing.CompareAsync(ours, other, Math.Max(51, pairs / 15), TimeSpan.FromMilliseconds(10));
            report.Add(Figure.Of(Delayed, $"{ours.Name}, ours ÷ {other.Name}", found, limit: limit));
        }
    }

    /// <summary>Everybody, on one database.</summary>
    private sealed class Set : IAsyncDisposable
    {
        private readonly DbConnect<ItemsContext> _connect;
        private readonly IContainer _container;
        private readonly NpgsqlDataSource _source;

        public Set(string connectionString)
        {
            var settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = UnitPeers.PoolSize };
            All = new UnitPeers(connectionString);
            _source = NpgsqlDataSource.Create(settings);
            var peers = new Peers(All.Options, _source);
            _connect = PostgresConnect.Create(settings.ConnectionString, new PostgresConnectOptions<ItemsContext> { CommitWithSave = true });
            var builder = new ContainerBuilder();
            builder.RegisterModule(new TxAspectsModule());
            builder.RegisterInstance(_connect).ExternallyOwned();
            builder.RegisterType<DeclaredUnits>().As<IDeclaredUnits>().SingleInstance();
            _container = builder.Build();
            Declared = _container.Resolve<IDeclaredUnits>();
            Insert = Of("one insert", Declared.InsertAsync);
            Update = Of("one update", Declared.UpdateAsync);
            Read = Of("one read, read-only", Declared.ReadAsync);
            OneBatch = Of("raw Npgsql in one batch", peers.InsertInOneBatchAsync);
            InsertPooledAloneAsync = peers.InsertWithoutTransactionAsync;
            PooledAlone = Of("pooled context without a transaction", InsertPooledAloneAsync);
            WrittenUpdate = Of("EF Core as most people write it", peers.UpdateAsync);
            PlainRead = Of("EF Core without a transaction", peers.ReadAsync);
        }

        public UnitPeers All { get; }

        public IDeclaredUnits Declared { get; }

        public Work Insert { get; }

        public Work Update { get; }

        public Work Read { get; }

        public Work OneBatch { get; }

        public Func<Task> InsertPooledAloneAsync { get; }

        public Work PooledAlone { get; }

        public Work WrittenUpdate { get; }

        public Work PlainRead { get; }

        public Work[] Works => [Insert, Update, Read, OneBatch, PooledAlone, WrittenUpdate, PlainRead, .. All.Works(UnitShape.Insert)];

        /// <summary>Makes rows to delete; returns the first key.</summary>
        public async Task<long> MakeRowsAsync(string direct, int count)
        {
            await using var source = NpgsqlDataSource.Create(direct);
            await using var command = source.CreateCommand(
                "WITH made AS (INSERT INTO items (amount, name) SELECT 1, 'gone' FROM generate_series(1, $1) RETURNING id) " +
                "SELECT min(id) FROM made");
            command.Parameters.AddWithValue(count);
            return (long)(await command.ExecuteScalarAsync())!;
        }

        public async ValueTask DisposeAsync()
        {
            await _container.DisposeAsync();
            await _connect.DisposeAsync();
            await _source.DisposeAsync();
            await All.DisposeAsync();
        }

        private static Work Of(string name, Func<Task> unit) => new(name, async count =>
        {
            for (var i = 0; i < count; i++)
                await unit();
        });
    }
}
