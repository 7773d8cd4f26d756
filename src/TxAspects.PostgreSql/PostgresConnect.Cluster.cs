using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
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
    /// <inheritdoc cref="Create{TContext}(string, PostgresConnectOptions{TContext})" path="/typeparam|/exception"/>
    /// <param name="connectionString">
    /// Its Host is the list of servers, such as <c>10.0.0.1,10.0.0.2:5433</c>, and <see cref="DbConnect.ChangeHostAsync"/> replaces the
    /// list. Load Balance Hosts is true unless it says otherwise; Target Session Attributes do not count. Keep its Timeout short, but not
    /// at one second: it is spent on every server that does not answer.
    /// </param>
    /// <param name="options">What else it is told. Default: the name of the context type, and the defaults of the options.</param>
    [OverloadResolutionPriority(1)]    // new() is meant to be the options
    public static DbConnect<TContext> CreateCluster<TContext>(string connectionString, PostgresConnectOptions<TContext>? options = null)
        where TContext : DbContext
    {
        if (options is { ThroughPgBouncer: true })
        {
            throw new ArgumentException(
                "A cluster cannot be reached through PgBouncer, which goes on telling the role that a server had before its promotion. " +
                "Connect to the servers themselves.", nameof(options));
        }

        return Make(connectionString, options ?? new(), new PostgresCluster(options?.ReadYourWrites));
    }

    /// <summary>The same where a name is all that it is told.</summary>
    /// <param name="connectionString">Its Host is the list of servers.</param>
    /// <param name="name">How messages, traces and metrics call it.</param>
    /// <inheritdoc cref="Create{TContext}(string, PostgresConnectOptions{TContext})" path="/typeparam|/exception"/>
    public static DbConnect<TContext> CreateCluster<TContext>(string connectionString, string name)
        where TContext : DbContext
        => CreateCluster(connectionString, new PostgresConnectOptions<TContext> { Name = name });

    /// <summary>The cluster that a container asks for.</summary>
    /// <inheritdoc cref="Create{TContext}(ConnectRequest)"/>
    public static DbConnect<TContext> CreateCluster<TContext>(ConnectRequest request)
        where TContext : DbContext
        => CreateCluster(request, new PostgresConnectOptions<TContext>());

    /// <summary>The same with options. The name and the services of the container come from the request.</summary>
    /// <inheritdoc cref="Create{TContext}(ConnectRequest, PostgresConnectOptions{TContext})"/>
    public static DbConnect<TContext> CreateCluster<TContext>(ConnectRequest request, PostgresConnectOptions<TContext> options)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(request);
        return CreateCluster(request.ConnectionString, request.Complete<PostgresConnectOptions<TContext>, TContext>(options));
    }
}
