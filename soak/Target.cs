using System.Diagnostics.Metrics;
using Autofac;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Soak;

/// <summary>What the workers work on: a database of the run's own, two connects to it, the proxies, and the books.</summary>
public sealed class Target : IAsyncDisposable
{
    private readonly PostgresServer _server;
    private readonly TemporaryDatabase _database;
    private readonly Relay _relay;
    private readonly IContainer _container;

    private Target(PostgresServer server, TemporaryDatabase database, int seed)
    {
        (_server, _database) = (server, database);
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        _relay = new Relay(address.Host!, address.Port, Figures, seed);
        Observer = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "observer", MaxPoolSize = 12 });
        Master = Create("master", markers: null);
        Archive = Create("archive", new PostgresCommitMarkers { Timeout = TimeSpan.FromSeconds(5) });
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.RegisterType<Calls>().As<ICalls>().SingleInstance();
        builder.RegisterType<Calls>().AsSelf().EnableUnitOfWork().SingleInstance();
        _container = builder.Build();
        InterfaceProxy = _container.Resolve<ICalls>();
        ClassProxy = _container.Resolve<Calls>();
    }

    public NpgsqlDataSource Observer { get; }

    public DbConnect<SoakContext> Master { get; }

    /// <summary>A second connect to the same database, with commit markers. Its last saves take their commits along.</summary>
    public DbConnect<SoakContext> Archive { get; }

    public ICalls InterfaceProxy { get; }

    public ICalls ClassProxy { get; }

    public Ledger Ledger { get; } = new();

    public Figures Figures { get; } = new();

    public static async Task<Target> CreateAsync(int seed)
    {
        var server = await PostgresServer.FindOrStartAsync();
        var target = new Target(server, await TemporaryDatabase.CreateAsync(server), seed);
        await using var command = target.Observer.CreateCommand(SoakContext.Schema);
        await command.ExecuteNonQueryAsync();
        return target;
    }

    /// <summary>Connections taken from the pools and not given back.</summary>
    public int CountLeased()
    {
        var used = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument is { Meter.Name: "Npgsql", Name: "db.client.connection.count" })
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            var (isOurs, isUsed) = (false, false);
            foreach (var tag in tags)
            {
                isOurs |= tag is { Key: "db.client.connection.pool.name", Value: "soak-master" or "soak-archive" };
                isUsed |= tag is { Key: "db.client.connection.state", Value: "used" };
            }

            if (isOurs && isUsed)
                used += value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return used;
    }

    public async Task<long> CountOpenTransactionsAsync()
    {
        await using var command = Observer.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'soak' AND state LIKE 'idle " +
            "in transaction%'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        await Master.DisposeAsync();
        await Archive.DisposeAsync();
        await _relay.DisposeAsync();
        await Observer.DisposeAsync();
        await _database.DisposeAsync();
        await _server.DisposeAsync();
        Ledger.Dispose();
    }

    private DbConnect<SoakContext> Create(string name, PostgresCommitMarkers? markers)
    {
        var settings = new NpgsqlConnectionStringBuilder(_database.ConnectionString)
        {
            Host = "127.0.0.1",
            Port = _relay.Port,
            ApplicationName = "soak",
            MaxPoolSize = 40,
            Timeout = 10,
            CommandTimeout = 10,
            Options = "-c lock_timeout=200",
        };
        return new DbConnect<SoakContext>(new DbConnectOptions<SoakContext>
        {
            Name = name,
            Host = settings.Host,
            CreateEngine = _ => new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = $"soak-{name}" }.Build(),
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine).AddInterceptors(
                markers is null ? new UserInterceptor() : new SavingInterceptor()),
            Driver = new PostgresDriver { CommitMarkers = markers, CommitsWithSave = markers is null ? null : true },
        });
    }
}
