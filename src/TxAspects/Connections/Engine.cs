using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace TxAspects.Connections;

/// <summary>A data source with its context factory, disposed when its connect has let go of it and its last session is closed.</summary>
internal abstract class Engine(
    DbDataSource source, DbCluster? cluster, bool ownsSource, bool isPooled, int? maxOuterConnections, SessionRedirection? redirection)
{
    private int _leases = 1;    // the connect's own; changed with Interlocked
    private int _withoutStandby;    // 1 while read-only units take the primary; changed with Interlocked

    /// <summary>One place for each connection that a session may hold whose unit is in no other one that holds one; null where that is not limited.</summary>
    public SemaphoreSlim? OuterPlaces { get; } = maxOuterConnections is { } max ? new SemaphoreSlim(max) : null;

    /// <summary>True where a context that is closed may serve another session later.</summary>
    public bool IsPooled { get; } = isPooled;

    public DbDataSource Source => source;

    /// <summary>What led its sessions here; null for those of the connect itself.</summary>
    public SessionRedirection? Redirection => redirection;

    /// <summary>Chooses among its servers; null where there is nothing to choose.</summary>
    public DbCluster? Cluster => cluster;

    /// <summary>A connection that belongs to no session; in a cluster to the server that takes writes.</summary>
    public ValueTask<DbConnection> OpenConnectionAsync(bool async, CancellationToken cancellationToken)
        => cluster?.OpenPrimaryAsync(source, async, cancellationToken) ?? (async ? source.OpenConnectionAsync(cancellationToken) : new(source.OpenConnection()));

    /// <summary>True where this has changed.</summary>
    public bool NoteStandby(bool isThere)
    {
        var now = isThere ? 0 : 1;
        return Interlocked.Exchange(ref _withoutStandby, now) != now;
    }

    public void Lease() => Interlocked.Increment(ref _leases);

    public ValueTask ReleaseAsync(bool async)
    {
        if (Interlocked.Decrement(ref _leases) != 0 || !ownsSource)
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
        : this(options, options.CreateEngine(host), ownsSource: true)
    {
    }

    public Engine(DbConnectOptions<TContext> options, DbDataSource source, bool ownsSource, SessionRedirection? redirection = null)
        : base(source, redirection is null ? options.Cluster : null, ownsSource, isPooled: options.CreateSession is null, options.MaxOuterConnections, redirection)
    {
        try
        {
            var builder = new DbContextOptionsBuilder<TContext>();
            options.ConfigureSession(builder, source);
            redirection?.Configure(builder);
            builder.UseSessions();

            var contextOptions = builder.Options;
            Func<TContext> create = options.CreateSession is { } given
                ? () => given(contextOptions)
                : CreatePool(options.Name, contextOptions).CreateDbContext;
            _createContext = redirection is null ? create : () => Prepared(create(), redirection);
        }
        catch
        {
            if (ownsSource)
                source.Dispose();
            throw;
        }
    }

    public TContext CreateContext() => _createContext();

    private static TContext Prepared(TContext context, SessionRedirection redirection)
    {
        redirection.Prepare(context);
        return context;
    }

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
