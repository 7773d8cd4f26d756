using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging;
using TxAspects.Drivers;
using TxAspects.Sessions.DeadConnections;
using TxAspects.Sessions.LastSaves;
using TxAspects.Sessions.Variables;

namespace TxAspects.Sessions;

/// <summary>A data source with its contexts, disposed when its connect has let go of it and its last session is closed.</summary>
internal abstract class Engine(
    DbDataSource source, DbDriver driver, bool ownsSource, int? maxOuterConnections, SessionRedirection? redirection,
    ConnectVariables? variables, TimeSpan? checkIdleAfter)
{
    private int _leases = 1;    // the connect's own; changed with Interlocked
    private int _withoutStandby;    // 1 while read-only units take the primary; changed with Interlocked

    public DbDataSource Source => source;

    public DbDriver Driver => driver;

    /// <summary>
    /// One place for each connection that a session may hold whose unit is in no other one that holds one; null where that is not limited.
    /// </summary>
    public SemaphoreSlim? OuterPlaces { get; } = maxOuterConnections is { } max ? new SemaphoreSlim(max) : null;

    /// <summary>What led its sessions here; null for those of the connect itself.</summary>
    public SessionRedirection? Redirection => redirection;

    /// <summary>What each of its transactions sets; null for nothing.</summary>
    public ConnectVariables? Variables => variables;

    /// <summary>
    /// Since when its connections wait in the pool; null where nobody looks at them. A cluster chooses its connections itself.
    /// </summary>
    public IdleConnections? Idle { get; } = redirection is null && driver.Cluster is null && driver.CheckSql is not null
        ? new IdleConnections(checkIdleAfter ?? TimeSpan.MaxValue)
        : null;

    /// <summary>What the database has said of the tables of a model.</summary>
    public ConcurrentDictionary<IModel, SaveTables> SaveTables { get; } = new();

    /// <summary>Whose settings its server heard last, where several sessions share one transaction.</summary>
    public object? ToldLast { get; set; }

    /// <summary>Chooses among its servers; null where there is nothing to choose.</summary>
    public DbCluster? Cluster => redirection is null ? driver.Cluster : null;

    /// <summary>The statement that undoes what a transaction did and goes on in one like it; null where there is none.</summary>
    public string? StartOverSql => redirection?.StartOver ?? driver.StartOverSql;

    /// <summary>A context for a unit, which alone gives it back.</summary>
    /// <param name="log">Where it is said, once, that contexts are not pooled which could be.</param>
    public abstract LeasedContext Lease(ILogger log);

    /// <summary>A context for somebody who disposes it.</summary>
    public abstract LeasedContext Make();

    /// <summary>A connection that belongs to no session; in a cluster to the server that takes writes.</summary>
    public ValueTask<DbConnection> OpenConnectionAsync(bool async, CancellationToken cancellationToken)
        => Cluster?.OpenPrimaryAsync(source, async, cancellationToken) ??
           (async ? source.OpenConnectionAsync(cancellationToken) : new(source.OpenConnection()));

    /// <summary>Waits for others where they have the same connection, before a statement of the library's own.</summary>
    public ValueTask<IDisposable?> TakeTurnAsync(DbContext context, bool async, CancellationToken cancellationToken)
        => redirection?.TakeTurnAsync(context, async, cancellationToken) ?? default;

    /// <summary>True where this has changed.</summary>
    public bool NoteStandby(bool isThere)
    {
        var now = isThere ? 0 : 1;
        return Interlocked.Exchange(ref _withoutStandby, now) != now;
    }

    public void AddLease() => Interlocked.Increment(ref _leases);

    public ValueTask ReleaseAsync(bool async)
    {
        if (Interlocked.Decrement(ref _leases) != 0)
            return default;

        return DisposeAsync(async);
    }

    protected virtual ValueTask DisposeAsync(bool async)
    {
        if (!ownsSource)
            return default;
        if (async)
            return source.DisposeAsync();

        source.Dispose();
        return default;
    }
}
