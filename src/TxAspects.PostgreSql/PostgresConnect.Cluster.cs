using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using TxAspects.PostgreSql;

namespace TxAspects;

/// <content>A primary and its standbys.</content>
public static partial class PostgresConnect
{
    /// <summary>A connect for a primary and its standbys. Units go to the primary, read-only ones to a standby, or to the primary while no standby can be reached.</summary>
    /// <remarks>
    /// Which server is which is looked at whenever a connection opens: the first unit after a promotion finds the new primary. A read-only call inside a unit that writes joins it and stays on the primary.
    /// </remarks>
    /// <typeparam name="TContext">The context type, with one public constructor that takes its options.</typeparam>
    /// <param name="connectionString">
    /// Its Host is the list of servers, such as <c>10.0.0.1,10.0.0.2:5433</c>, and <see cref="DbConnect.ChangeHostAsync"/> replaces the list. Load Balance Hosts is true unless it says otherwise; Target Session
    /// Attributes do not count. Keep its Timeout short: it is spent on every server that does not answer.
    /// </param>
    /// <param name="name">The name in messages and positions. Default: the context type's name.</param>
    /// <param name="configureDataSource">More settings for the data source, such as type mappings. Default: none.</param>
    /// <param name="configureProvider">More settings for EF Core's provider. Default: none.</param>
    /// <param name="commitMarkers">Finds out what became of a commit whose connection was lost, on the new primary where there is one. Default: nobody does, and the outcome is unknown.</param>
    /// <param name="reservedConnections">How many connections of one server's pool are kept back for units inside others. Default: 0.</param>
    /// <param name="idleInTransactionTimeout">After how long the server ends a connection that is idle in a transaction. Default: the server's own setting.</param>
    /// <param name="readYourWrites">
    /// How long a read-only unit with <see cref="UnitOfWorkOptions.ReadAfter"/> waits for its standby before it takes the primary. With it every commit tells its <see cref="IUnitOfWork.Position"/>.
    /// Default: commits tell none, and nothing is waited for.
    /// </param>
    /// <exception cref="ArgumentException">The connection string is empty or malformed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No connection of a pool would be left, or a time is too short.</exception>
    public static DbConnect<TContext> CreateCluster<TContext>(
        string connectionString,
        string? name = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSource = null,
        Action<NpgsqlDbContextOptionsBuilder>? configureProvider = null,
        PostgresCommitMarkers? commitMarkers = null,
        int reservedConnections = 0,
        TimeSpan? idleInTransactionTimeout = null,
        TimeSpan? readYourWrites = null)
        where TContext : DbContext
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(readYourWrites.GetValueOrDefault(), TimeSpan.Zero, nameof(readYourWrites));
        return Make<TContext>(
            connectionString, name, configureDataSource, configureProvider, commitMarkers, reservedConnections, idleInTransactionTimeout, throughPgBouncer: false, twoPhase: null,
            BuildCluster, new PostgresCluster(readYourWrites));
    }

    private static NpgsqlMultiHostDataSource BuildCluster(NpgsqlDataSourceBuilder builder)
    {
        var settings = builder.ConnectionStringBuilder;
        if (!settings.Keys.Contains("Load Balance Hosts"))
            settings.LoadBalanceHosts = true;

        // Who takes a connection without saying where to, such as commit markers, is to get the primary. Npgsql refuses this where there is only one server.
        settings.TargetSessionAttributes = settings.Host!.Contains(',', StringComparison.Ordinal) ? "primary" : null;
        return builder.BuildMultiHost();
    }
}
