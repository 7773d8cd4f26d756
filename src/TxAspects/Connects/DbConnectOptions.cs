using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using TxAspects.Drivers;

namespace TxAspects;

/// <summary>How a connect reaches its database and makes its sessions.</summary>
/// <typeparam name="TContext">The user's own context type.</typeparam>
public sealed record DbConnectOptions<TContext> : ConnectSettings<TContext>
    where TContext : DbContext
{
    /// <summary>Options with the defaults.</summary>
    public DbConnectOptions()
    {
    }

    /// <summary>Options that take over what does not depend on the database.</summary>
    public DbConnectOptions(ConnectSettings<TContext> settings)
        : base(settings)
    {
    }

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
}
