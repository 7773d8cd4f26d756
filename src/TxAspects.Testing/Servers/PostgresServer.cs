using System.Text;
using Npgsql;
using TxAspects.Testing.Servers;

namespace TxAspects.Testing;

/// <summary>A PostgreSQL server to test against: one that already runs, or one started for the purpose.</summary>
public abstract class PostgresServer : IAsyncDisposable, IDisposable
{
    /// <summary>The environment variable that names an existing server by its connection string.</summary>
    public const string ConnectionVariable = "TXASPECTS_POSTGRES";

    private const int LongestName = 63;

    private protected PostgresServer(string connectionString) => ConnectionString = connectionString;

    /// <summary>Reaches the server's own database. The role must be allowed to create databases.</summary>
    public string ConnectionString { get; }

    internal bool IsDisposed { get; private protected set; }

    /// <summary>Uses the server named by <c>TXASPECTS_POSTGRES</c>; starts a <see cref="TemporaryPostgres"/> when it is not set.</summary>
    /// <param name="options">For a server that is started; an existing one keeps its own settings.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <returns>The server. Disposing it stops a started server and leaves an existing one alone.</returns>
    /// <exception cref="PostgresNotFoundException">The variable is not set and no PostgreSQL is installed.</exception>
    /// <exception cref="PostgresStartException">The server did not start.</exception>
    /// <exception cref="ArgumentException">The variable has no connection string.</exception>
    public static Task<PostgresServer> FindOrStartAsync(
        TemporaryPostgresOptions? options = null, CancellationToken cancellationToken = default)
        => ServerFinder.FindOrStartAsync(options, cancellationToken);

    /// <summary>A server that somebody else runs, such as one in a container: used, and never stopped.</summary>
    /// <param name="connectionString">Reaches it. The role must be allowed to create databases.</param>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static PostgresServer At(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        return ServerFinder.At(connectionString, "What the server is reached by");
    }

    /// <summary>The connection string for another database on this server.</summary>
    public string ConnectionStringFor(string database)
    {
        ThrowIfInvalid(database, nameof(database));
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;
    }

    /// <summary>Creates a database, as a copy of <paramref name="template"/> when one is given.</summary>
    /// <remarks>
    /// Nobody may be connected to the template, and a pooled connection counts: open it with <c>Pooling=false</c>, or clear its
    /// pool. Otherwise the server waits 5 seconds and refuses.
    /// </remarks>
    /// <exception cref="PostgresException">The name is taken, the template is missing or in use.</exception>
    public Task CreateDatabaseAsync(string name, string? template = null, CancellationToken cancellationToken = default)
    {
        var sql = $"CREATE DATABASE {Quote(name, nameof(name))}";
        return ExecuteAsync(template is null ? sql : $"{sql} TEMPLATE {Quote(template, nameof(template))}", cancellationToken);
    }

    /// <summary>Drops a database and ends the connections to it. Does nothing when it does not exist. Needs PostgreSQL 13.</summary>
    public async Task DropDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        var sql = $"DROP DATABASE IF EXISTS {Quote(name, nameof(name))} WITH (FORCE)";
        await EndConnectionsAsync(name, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the server if it was started here.</summary>
    public abstract ValueTask DisposeAsync();

    /// <inheritdoc cref="DisposeAsync"/>
    public abstract void Dispose();

    // DROP ... WITH (FORCE) alone sleeps 100 ms for every connection it has to end; usually they are gone in 5.
    private async Task EndConnectionsAsync(string database, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = @database";
        for (var attempt = 0; attempt < 20; attempt++)
        {
            if (await ExecuteAsync(Sql, cancellationToken, database).ConfigureAwait(false) is 0L)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(3), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<object?> ExecuteAsync(string sql, CancellationToken cancellationToken, string? database = null)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        var connection = new NpgsqlConnection(ConnectionString);
        await using (connection.ConfigureAwait(false))
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var command = new NpgsqlCommand(sql, connection);
            await using (command.ConfigureAwait(false))
            {
                if (database is not null)
                    command.Parameters.AddWithValue("database", database);
                return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static string Quote(string name, string parameter)
    {
        ThrowIfInvalid(name, parameter);
        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    // The server would cut a longer name without an error.
    private static void ThrowIfInvalid(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name, parameter);
        if (Encoding.UTF8.GetByteCount(name) > LongestName || name.Contains('\0'))
            throw new ArgumentException($"A database name has at most {LongestName} bytes and no zero character.", parameter);
    }
}
