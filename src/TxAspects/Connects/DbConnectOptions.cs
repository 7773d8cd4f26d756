using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;

namespace TxAspects;

/// <summary>How a connect reaches its database and makes its sessions.</summary>
/// <typeparam name="TContext">The user's own context type.</typeparam>
public sealed class DbConnectOptions<TContext>
    where TContext : DbContext
{
    /// <summary>The name in messages. Default: the context type's name. Two connects that are used in one unit need two names.</summary>
    public string Name { get; init; } = typeof(TContext).Name;

    /// <summary>The host to start with. Default: none; then one must be set before the first session.</summary>
    public string? Host { get; init; }

    /// <summary>
    /// Makes the engine for a host: called at the first session, and again for each other host. The connect owns and disposes what it
    /// returns.
    /// </summary>
    public required Func<string, DbDataSource> CreateEngine { get; init; }

    /// <summary>
    /// Tells EF Core which engine to use, such as <c>(builder, engine) => builder.UseNpgsql(engine)</c>. Called once per engine.
    /// </summary>
    public required Action<DbContextOptionsBuilder<TContext>, DbDataSource> ConfigureSession { get; init; }

    /// <summary>
    /// Makes a context where its constructor takes more than the options. Default: a pooled context, which needs one public
    /// constructor with the options as its only parameter.
    /// </summary>
    public Func<DbContextOptions<TContext>, TContext>? CreateSession { get; init; }

    /// <summary>
    /// Puts back what user code has set on a pooled context of a class with settable properties, fields or events of its own, before the
    /// next unit gets it. Default: none; a context of such a class is then not pooled, which is slower and is warned of, and one of any
    /// other class needs none. The library clears nothing by guess.
    /// </summary>
    /// <remarks>
    /// It runs when the context is given back, and must not use the database. One that throws keeps the context from being used until it
    /// has run without.
    /// </remarks>
    public Action<TContext>? Reset { get; init; }

    /// <summary>What the library has to know of the database and its provider, such as <c>new PostgresDriver()</c>.</summary>
    public required DbDriver Driver { get; init; }

    /// <summary>
    /// How many connections units may hold that run in no other unit with one; what the pool has beyond is left to units inside them, which
    /// would otherwise wait for each other. Default: no limit. Who finds no place waits as long as for a connection, then gets a
    /// <see cref="PoolExhaustedException"/>.
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
    /// Runs before every new session and may change the host. Default: nothing. No unit of work is ambient in it. A session asked for
    /// synchronously throws <see cref="SynchronousUseException"/> when it does not complete at once.
    /// </summary>
    public Func<DbConnect<TContext>, CancellationToken, ValueTask>? BeforeCreateSession { get; init; }
}
