using Autofac;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using TxAspects.Benchmarks.Measuring;

namespace TxAspects.Benchmarks.Units;

/// <summary>All peers on one database, each with connections of its own.</summary>
internal sealed class UnitPeers : IAsyncDisposable
{
    public const int PoolSize = 16;

    private readonly List<NpgsqlDataSource> _sources = [];
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly DbConnect<ItemsContext> _connect;
    private readonly IContainer _container;

    public UnitPeers(string connectionString)
    {
        _settings = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = PoolSize };
        Raw = new UnitPeer("raw Npgsql", new RawUnits(Source()));
        Written = new UnitPeer("EF Core as most people write it", new WrittenUnits(Options = NewOptions().Options));
        Pooled = new UnitPeer(
            "pooled context, explicit transaction", new PooledUnits(new PooledDbContextFactory<ItemsContext>(NewOptions().Options)));
        Scope = new UnitPeer("TransactionScope", new ScopeUnits(NewOptions().Options));

        _connect = PostgresConnect.Create<ItemsContext>(_settings.ConnectionString);
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.RegisterInstance(_connect).ExternallyOwned();
        builder.RegisterType<OwnUnits>().As<IOwnUnits>().SingleInstance();
        _container = builder.Build();
        DirectUnits = new OwnUnits(_connect);
        OwnUnits = _container.Resolve<IOwnUnits>();
        Ours = new UnitPeer("ours", OwnUnits);
    }

    public UnitPeer Ours { get; }

    public UnitPeer Raw { get; }

    public UnitPeer Written { get; }

    public UnitPeer Pooled { get; }

    public UnitPeer Scope { get; }

    public IOwnUnits OwnUnits { get; }

    /// <summary>The same methods without their proxy, and so without units.</summary>
    public IOwnUnits DirectUnits { get; }

    /// <summary>The options for a new context.</summary>
    public DbContextOptions<ItemsContext> Options { get; }

    public UnitPeer[] Others => [Raw, Pooled, Written, Scope];

    public UnitPeer[] All => [Ours, .. Others];

    public Work[] Works(params IEnumerable<UnitShape> shapes) => [.. shapes.SelectMany(shape => All.Select(peer => peer[shape]))];

    /// <summary>Options over a pool of their own.</summary>
    public DbContextOptionsBuilder<ItemsContext> NewOptions() => new DbContextOptionsBuilder<ItemsContext>().UseNpgsql(Source());

    public async ValueTask DisposeAsync()
    {
        await _container.DisposeAsync();
        await _connect.DisposeAsync();
        foreach (var source in _sources)
            await source.DisposeAsync();
    }

    private NpgsqlDataSource Source()
    {
        var source = NpgsqlDataSource.Create(_settings);
        _sources.Add(source);
        return source;
    }
}
