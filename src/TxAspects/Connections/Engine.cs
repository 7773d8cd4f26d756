using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace TxAspects.Connections;

/// <summary>A data source with its context factory, disposed when its connect has let go of it and its last session is closed.</summary>
internal abstract class Engine(DbDataSource source, DbCluster? cluster, bool isPooled, int? maxOuterConnections)
{
    private int _leases = 1;    // the connect's own; changed with Interlocked
    private int _withoutStandby;    // 1 while read-only units take the primary; changed with Interlocked

    /// <summary>One place for each connection that a session may hold whose unit is in no other one that holds one; null where that is not limited.</summary>
    public SemaphoreSlim? OuterPlaces { get; } = maxOuterConnections is { } max ? new SemaphoreSlim(max) : null;

    /// <summary>True where a context that is closed may serve another session later.</summary>
    public bool IsPooled { get; } = isPooled;

    public DbDataSource Source => source;

    /// <summary>Chooses among its servers; null where there is nothing to choose.</summary>
    public DbCluster? Cluster => cluster;

    /// <summary>True where this has changed.</summary>
    public bool NoteStandby(bool isThere)
    {
        var now = isThere ? 0 : 1;
        return Interlocked.Exchange(ref _withoutStandby, now) != now;
    }

    public void Lease() => Interlocked.Increment(ref _leases);

    public ValueTask ReleaseAsync(bool async)
    {
        if (Interlocked.Decrement(ref _leases) != 0)
            return default;

        if (async)
            return source.DisposeAsync();

        source.Dispose();
        return default;
    }
}

/// <inheritdoc/>
internal sealed class Engine<TContext> : Engine
    where TContext : DbContext
{
    private readonly Func<TContext> _createContext;

    public Engine(DbConnectOptions<TContext> options, string host)
        : this(options, options.CreateEngine(host))
    {
    }

    private Engine(DbConnectOptions<TContext> options, DbDataSource source)
        : base(source, options.Cluster, isPooled: options.CreateSession is null, options.MaxOuterConnections)
    {
        try
        {
            var builder = new DbContextOptionsBuilder<TContext>();
            options.ConfigureSession(builder, source);
            builder.UseSessions();

            var contextOptions = builder.Options;
            _createContext = options.CreateSession is { } create
                ? () => create(contextOptions)
                : CreatePool(options.Name, contextOptions).CreateDbContext;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public TContext CreateContext() => _createContext();

    private static PooledDbContextFactory<TContext> CreatePool(string connectName, DbContextOptions<TContext> options)
    {
        try
        {
            return new PooledDbContextFactory<TContext>(options);
        }
        catch (InvalidOperationException exception)
        {
            throw SessionException.CannotBePooled(typeof(TContext).Name, connectName, exception);
        }
    }
}
