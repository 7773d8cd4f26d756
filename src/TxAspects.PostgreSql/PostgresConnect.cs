using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using TxAspects.PostgreSql;

namespace TxAspects;

/// <summary>Connects to PostgreSQL databases.</summary>
public static partial class PostgresConnect
{
    /// <summary>A connect for a connection string. Nothing is opened before the first command.</summary>
    /// <typeparam name="TContext">The context type, with one public constructor that takes its options.</typeparam>
    /// <param name="connectionString">Its Host is the host to start with; <see cref="DbConnect.ChangeHostAsync"/> replaces that
    /// alone.</param>
    /// <param name="name">The name in messages and positions. Default: the context type's name.</param>
    /// <param name="configureDataSource">More settings for the data source, such as type mappings. Default: none.</param>
    /// <param name="configureProvider">More settings for EF Core's provider. Default: none.</param>
    /// <param name="commitMarkers">Finds out what became of a commit whose connection was lost. Default: nobody does, and the outcome is
    /// unknown.</param>
    /// <param name="reservedConnections">How many of a pool's connections are kept back for units inside others, such as
    /// <c>[NewContext]</c> calls, so that these do not wait for each other. Default: 0.</param>
    /// <param name="idleInTransactionTimeout">After how long the server ends a connection that is idle in a transaction. Default: the
    /// server's own setting. Not through PgBouncer, which refuses the start-up option.</param>
    /// <param name="throughPgBouncer">Whether the connection string leads to a PgBouncer in transaction mode: settings that would be lost
    /// on the way are refused, the rest is set. Default: false.</param>
    /// <param name="twoPhase">Lets the database take part in units with <see cref="CommitMode.TwoPhase"/>; a
    /// <see cref="PostgresTwoPhaseRecovery"/> must run somewhere. Default: it cannot.</param>
    /// <exception cref="ArgumentException">The connection string is empty or malformed, or sets what does not work through PgBouncer, or in
    /// a cluster.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No connection of the pool would be left, or a time is too short.</exception>
    public static DbConnect<TContext> Create<TContext>(
        string connectionString,
        string? name = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSource = null,
        Action<NpgsqlDbContextOptionsBuilder>? configureProvider = null,
        PostgresCommitMarkers? commitMarkers = null,
        int reservedConnections = 0,
        TimeSpan? idleInTransactionTimeout = null,
        bool throughPgBouncer = false,
        PostgresTwoPhase? twoPhase = null)
        where TContext : DbContext
        => Make<TContext>(
            connectionString, name, configureDataSource, configureProvider, commitMarkers, reservedConnections, idleInTransactionTimeout,
            throughPgBouncer, twoPhase,
            cluster: null);

    private static DbConnect<TContext> Make<TContext>(
        string connectionString,
        string? name,
        Action<NpgsqlDataSourceBuilder>? configureDataSource,
        Action<NpgsqlDbContextOptionsBuilder>? configureProvider,
        PostgresCommitMarkers? commitMarkers,
        int reservedConnections,
        TimeSpan? idleInTransactionTimeout,
        bool throughPgBouncer,
        PostgresTwoPhase? twoPhase,
        PostgresCluster? cluster)
        where TContext : DbContext
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var given = ConnectionText.Read(connectionString, "What was given");
        ArgumentOutOfRangeException.ThrowIfNegative(reservedConnections);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(reservedConnections, given.MaxPoolSize);
        if (idleInTransactionTimeout is { } time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromMilliseconds(1), nameof(idleInTransactionTimeout));
            given.Options = $"{given.Options} -c idle_in_transaction_session_timeout={(long)time.TotalMilliseconds}".TrimStart();
        }

        if (throughPgBouncer)
            PgBouncerRules.Apply(given);
        if (cluster is not null)
            PostgresCluster.Check(given);

        return new DbConnect<TContext>(new DbConnectOptions<TContext>
        {
            Name = name ?? typeof(TContext).Name,
            Host = given.Host,
            CreateEngine = CreateEngine,
            Driver = new PostgresDriver { CommitMarkers = commitMarkers, TwoPhaseCommit = twoPhase, Servers = cluster },
            MaxOuterConnections = reservedConnections == 0 ? null : given.MaxPoolSize - reservedConnections,
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine, configureProvider),
        });

        NpgsqlDataSource CreateEngine(string host)
        {
            var builder = new NpgsqlDataSourceBuilder(
                new NpgsqlConnectionStringBuilder(given.ConnectionString) { Host = host }.ConnectionString);
            configureDataSource?.Invoke(builder);
            return cluster?.Build(builder) ?? builder.Build();
        }
    }
}
