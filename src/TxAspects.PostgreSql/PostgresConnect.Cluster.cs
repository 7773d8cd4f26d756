using Microsoft.EntityFrameworkCore;
using Npgsql;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;
using TxAspects.PostgreSql;

namespace TxAspects;

/// <content>A primary and its standbys.</content>
public static partial class PostgresConnect
{
    /// <summary>
    /// A connect for a primary and its standbys. Units go to the primary, read-only ones to a standby, or to the primary while no standby
    /// can be reached.
    /// </summary>
    /// <remarks>
    /// Which server is which is looked at whenever a connection opens: the first unit after a promotion finds the new primary. A read-only
    /// call inside a unit that writes joins it and stays on the primary. Not through PgBouncer, which goes on telling the role that a
    /// server had before its promotion.
    /// </remarks>
    /// <inheritdoc cref="Create{TContext}" path="/typeparam|/exception"/>
    /// <param name="connectionString">
    /// Its Host is the list of servers, such as <c>10.0.0.1,10.0.0.2:5433</c>, and <see cref="DbConnect.ChangeHostAsync"/> replaces the
    /// list. Load Balance Hosts is true unless it says otherwise; Target Session Attributes do not count. Keep its Timeout short, but not
    /// at one second: it is spent on every server that does not answer.
    /// </param>
    /// <param name="name"><inheritdoc cref="Create{TContext}" path="/param[@name='name']/node()"/></param>
    /// <param name="configureDataSource"><inheritdoc cref="Create{TContext}" path="/param[@name='configureDataSource']/node()"/></param>
    /// <param name="configureProvider"><inheritdoc cref="Create{TContext}" path="/param[@name='configureProvider']/node()"/></param>
    /// <param name="commitMarkers"><inheritdoc cref="Create{TContext}" path="/param[@name='commitMarkers']/node()"/></param>
    /// <param name="reservedConnections"><inheritdoc cref="Create{TContext}" path="/param[@name='reservedConnections']/node()"/></param>
    /// <param name="idleInTransactionTimeout">
    /// <inheritdoc cref="Create{TContext}" path="/param[@name='idleInTransactionTimeout']/node()"/>
    /// </param>
    /// <param name="readYourWrites">
    /// How long a read-only unit with <see cref="UnitOfWorkOptions.ReadAfter"/> waits for a standby before it takes the primary. With it
    /// every commit tells its <see cref="ITxUnit.Position"/>. Default: commits tell none, and nothing is waited for.
    /// </param>
    /// <param name="twoPhase"><inheritdoc cref="Create{TContext}" path="/param[@name='twoPhase']/node()"/></param>
    public static DbConnect<TContext> CreateCluster<TContext>(
        string connectionString,
        string? name = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSource = null,
        Action<NpgsqlDbContextOptionsBuilder>? configureProvider = null,
        PostgresCommitMarkers? commitMarkers = null,
        int reservedConnections = 0,
        TimeSpan? idleInTransactionTimeout = null,
        TimeSpan? readYourWrites = null,
        PostgresTwoPhase? twoPhase = null)
        where TContext : DbContext
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(readYourWrites.GetValueOrDefault(), TimeSpan.Zero, nameof(readYourWrites));
        return Make<TContext>(
            connectionString, name, configureDataSource, configureProvider, commitMarkers, reservedConnections, idleInTransactionTimeout,
            throughPgBouncer: false, twoPhase,
            new PostgresCluster(readYourWrites));
    }
}
