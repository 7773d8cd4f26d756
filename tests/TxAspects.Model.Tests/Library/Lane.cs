using System.Diagnostics.Metrics;
using Autofac;
using Npgsql;

namespace TxAspects.Model.Tests.Library;

/// <summary>What one worker needs to run trees, one after the other: two connects to the database, and the proxies.</summary>
public sealed class Lane : IAsyncDisposable
{
    private readonly string _pool = $"model-{Guid.NewGuid():n}";
    private readonly IContainer _container;
    private readonly NpgsqlDataSource _observer;
    private readonly MeterListener _listener = new();
    private int _leased;

    public Lane(string connectionString)
    {
        _observer = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "observer", MaxPoolSize = 2 });
        Connects = [Create(connectionString, "master"), Create(connectionString, "archive")];
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule(options =>
        {
            options.TimeProvider = new TreeTime();
            options.RetryDelay = TimeSpan.Zero;
        }));
        builder.RegisterType<Calls>().As<ICalls>().SingleInstance();
        _container = builder.Build();
        Calls = _container.Resolve<ICalls>();
        Listen();
    }

    public IReadOnlyList<DbConnect<ModelContext>> Connects { get; }

    public ICalls Calls { get; }

    /// <summary>Connections taken from the pools and not given back.</summary>
    public int CountLeased()
    {
        _leased = 0;
        _listener.RecordObservableInstruments();
        return _leased;
    }

    public async Task<string> FindRowsAsync(int tree)
    {
        await using var command = _observer.CreateCommand("SELECT (id % 1000)::integer, amount FROM rows WHERE tree = $1 ORDER BY id");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = tree });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetInt32(0) == reader.GetInt32(1) ? $"{reader.GetInt32(0)}" : $"{reader.GetInt32(0)}={reader.GetInt32(1)}");
        return string.Join(" ", rows);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _container.DisposeAsync();
        foreach (var connect in Connects)
            await connect.DisposeAsync();
        await _observer.DisposeAsync();
    }

    private DbConnect<ModelContext> Create(string connectionString, string name)
        => PostgresConnect.Create<ModelContext>(
            new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "model", MaxPoolSize = 30 }.ConnectionString,
            new() { Name = name, ConfigureDataSource = source => source.Name = $"{_pool}-{name}" });

    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.connection.count" })
                self.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            var (isOurs, isUsed) = (false, false);
            foreach (var tag in tags)
            {
                isOurs |= tag is { Key: "db.client.connection.pool.name", Value: string name } &&
                          name.StartsWith(_pool, StringComparison.Ordinal);
                isUsed |= tag is { Key: "db.client.connection.state", Value: "used" };
            }

            if (isOurs && isUsed)
                _leased += value;
        });
        _listener.Start();
    }
}
