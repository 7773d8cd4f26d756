using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace TxAspects;

/// <summary>How a connect reaches its database and makes its sessions.</summary>
/// <typeparam name="TContext">The user's own context type.</typeparam>
public sealed class DbConnectOptions<TContext>
    where TContext : DbContext
{
    /// <summary>The name in messages. Default: the context type's name.</summary>
    public string Name { get; init; } = typeof(TContext).Name;

    /// <summary>The host to start with. Default: none; then one must be set before the first session.</summary>
    public string? Host { get; init; }

    /// <summary>Makes the engine for a host: called at the first session, and again for each other host. The connect owns and disposes what it returns.</summary>
    public required Func<string, DbDataSource> CreateEngine { get; init; }

    /// <summary>Tells EF Core which engine to use, such as <c>(builder, engine) => builder.UseNpgsql(engine)</c>. Called once per engine.</summary>
    public required Action<DbContextOptionsBuilder<TContext>, DbDataSource> ConfigureSession { get; init; }

    /// <summary>
    /// Makes a context where its constructor takes more than the options. Default: a pooled context, which needs one public
    /// constructor with the options as its only parameter.
    /// </summary>
    public Func<DbContextOptions<TContext>, TContext>? CreateSession { get; init; }

    /// <summary>Failures that count as transient beside what the driver calls so. Default: none; <c>PostgresConnect</c> adds what Npgsql leaves out.</summary>
    public Func<Exception, bool>? IsTransient { get; init; }

    /// <summary>
    /// Tells that a connection could not be opened because the pool has none left. Default: nobody does; then a unit inside another one that waited in vain gets the driver's
    /// exception instead of <see cref="PoolExhaustedException"/>. <c>PostgresConnect.Create</c> sets <c>PostgresConnect.IsPoolExhausted</c>.
    /// </summary>
    public Func<Exception, bool>? IsPoolExhausted { get; init; }

    /// <summary>
    /// How many connections units may hold that run in no other unit with one; what the pool has beyond is left to units inside them, which would
    /// otherwise wait for each other. Default: no limit. Who finds no place waits as long as for a connection, then gets a <see cref="PoolExhaustedException"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than one.</exception>
    public int? MaxOuterConnections
    {
        get;
        init => field = value is null or > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxOuterConnections must be positive.");
    }

    /// <summary>
    /// Watches a commit with the knowledge of its driver. Default: nobody does; then every commit that ends with a lost connection counts as unknown.
    /// <c>PostgresConnect.Create</c> sets <c>PostgresConnect.WatchCommit</c>; set it yourself where you make the connect yourself.
    /// </summary>
    public Func<DbBatch, CommitWatch?>? WatchCommit { get; init; }

    /// <summary>
    /// Writes a row with every commit, and looks it up when the connection was lost meanwhile. Default: none; then such an outcome is
    /// <see cref="CommitOutcomeUnknownException"/>.
    /// </summary>
    public CommitMarkers? CommitMarkers { get; init; }

    /// <summary>Lets the database take part in units with <see cref="CommitMode.TwoPhase"/>. Default: none; then such a unit may write to this database alone.</summary>
    public TwoPhase? TwoPhase { get; init; }

    /// <summary>
    /// Chooses the server for every connection where the engine has several: the primary for units that write, a standby for read-only ones. Default: none; then the engine
    /// alone decides. <c>PostgresConnect.CreateCluster</c> sets it.
    /// </summary>
    public DbCluster? Cluster { get; init; }

    /// <summary>
    /// Runs before every new session and may change the host. Default: nothing. No unit of work is ambient in it. A session asked for
    /// synchronously throws <see cref="SynchronousUseException"/> when it does not complete at once.
    /// </summary>
    public Func<DbConnect<TContext>, CancellationToken, ValueTask>? BeforeCreateSession { get; init; }
}
