using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.PostgreSql;

namespace TxAspects;

/// <summary>Connects to PostgreSQL databases.</summary>
public static partial class PostgresConnect
{
    /// <summary>A connect for a connection string. Nothing is opened before the first command.</summary>
    /// <typeparam name="TContext">The context type, with one public constructor that takes its options.</typeparam>
    /// <param name="connectionString">Its Host is the host to start with; <see cref="DbConnect.ChangeHostAsync"/> replaces that
    /// alone.</param>
    /// <param name="options">What else it is told. Default: the name of the context type, and the defaults of the options.</param>
    /// <exception cref="ArgumentException">The connection string is empty or malformed, or sets what does not work through PgBouncer, or in
    /// a cluster; or an option is set that is not for this kind of connect.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No connection of the pool would be left.</exception>
    [OverloadResolutionPriority(1)]    // new() is meant to be the options
    public static DbConnect<TContext> Create<TContext>(string connectionString, PostgresConnectOptions<TContext>? options = null)
        where TContext : DbContext
    {
        if (options is { ReadYourWrites: not null })
            throw new ArgumentException("ReadYourWrites is for a cluster. Use PostgresConnect.CreateCluster.", nameof(options));
        return Make(connectionString, options ?? new(), cluster: null);
    }

    /// <summary>The same where a name is all that it is told.</summary>
    /// <param name="connectionString">Its Host is the host to start with.</param>
    /// <param name="name">How messages, traces and metrics call it.</param>
    /// <inheritdoc cref="Create{TContext}(string, PostgresConnectOptions{TContext})" path="/typeparam|/exception"/>
    public static DbConnect<TContext> Create<TContext>(string connectionString, string name)
        where TContext : DbContext
        => Create(connectionString, new PostgresConnectOptions<TContext> { Name = name });

    /// <summary>The connect that a container asks for: <c>AddTxConnect("shop", PostgresConnect.Create&lt;ShopContext&gt;)</c>.</summary>
    /// <param name="request">Its name, its connection string and the services of the container.</param>
    /// <inheritdoc cref="Create{TContext}(string, PostgresConnectOptions{TContext})" path="/typeparam|/exception"/>
    public static DbConnect<TContext> Create<TContext>(ConnectRequest request)
        where TContext : DbContext
        => Create(request, new PostgresConnectOptions<TContext>());

    /// <summary>The same with options. The name and the services of the container come from the request.</summary>
    /// <inheritdoc cref="Create{TContext}(ConnectRequest)"/>
    /// <param name="request">Its name, its connection string and the services of the container.</param>
    /// <param name="options">What else it is told.</param>
    public static DbConnect<TContext> Create<TContext>(ConnectRequest request, PostgresConnectOptions<TContext> options)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(request);
        return Create(request.ConnectionString, request.Complete<PostgresConnectOptions<TContext>, TContext>(options));
    }

    private static DbConnect<TContext> Make<TContext>(
        string connectionString, PostgresConnectOptions<TContext> options, PostgresCluster? cluster)
        where TContext : DbContext
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var given = ConnectionText.Read(connectionString, "What was given");
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(
            options.ReservedConnections, given.MaxPoolSize, nameof(options.ReservedConnections));
        if (options.IdleInTransactionTimeout is { } time)
            given.Options = $"{given.Options} -c idle_in_transaction_session_timeout={(long)time.TotalMilliseconds}".TrimStart();
        if (options.ThroughPgBouncer)
            PgBouncerRules.Apply(given);
        if (cluster is not null)
            PostgresCluster.Check(given);

        return new DbConnect<TContext>(new DbConnectOptions<TContext>(options)
        {
            Host = given.Host,
            CreateEngine = CreateEngine,
            Driver = new PostgresDriver
            {
                CommitMarkers = options.CommitMarkers,
                CommitsWithSave = options.CommitWithSave,
                TwoPhaseCommit = options.TwoPhase,
                Servers = cluster,
                Looks = new PostgresLooks(MakeBuilder),
                IsThroughPooler = options.ThroughPgBouncer,
            },
            MaxOuterConnections = options.ReservedConnections == 0 ? null : given.MaxPoolSize - options.ReservedConnections,
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine, options.ConfigureProvider),
        });

        NpgsqlDataSource CreateEngine(string host)
        {
            var builder = MakeBuilder(host);
            return cluster?.Build(builder) ?? builder.Build();
        }

        NpgsqlDataSourceBuilder MakeBuilder(string host)
        {
            var builder = new NpgsqlDataSourceBuilder(
                new NpgsqlConnectionStringBuilder(given.ConnectionString) { Host = host }.ConnectionString);
            options.ConfigureDataSource?.Invoke(builder);
            return builder;
        }
    }
}
