using Npgsql;
using TxAspects.Testing.Servers;

namespace TxAspects.Testing;

/// <summary>
/// A private primary with streaming standbys, each a <see cref="TemporaryPostgres"/>. All of them stop with it, and with this process.
/// </summary>
/// <remarks>
/// Replication is asynchronous unless the settings say otherwise, such as <c>synchronous_standby_names = 'ANY 1 (*)'</c>; they hold for
/// every server. The settings primary_conninfo, wal_keep_size and wal_retrieve_retry_interval are the cluster's own. All servers have one
/// password.
/// </remarks>
public sealed class TemporaryCluster : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly List<TemporaryPostgres> _standbys;
    private readonly TemporaryPostgres[] _servers;

    private TemporaryCluster(TemporaryPostgres[] servers)
    {
        _servers = servers;
        Primary = servers[0];
        _standbys = [.. servers.Skip(1)];
    }

    /// <summary>The server that takes writes.</summary>
    public TemporaryPostgres Primary { get; private set; }

    /// <summary>The servers that follow it.</summary>
    public IReadOnlyList<TemporaryPostgres> Standbys => _standbys;

    /// <summary>Names every server that was started, in the order of the start.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(Primary.ConnectionString)
    {
        Host = string.Join(',', _servers.Select(server => $"{server.Host}:{server.Port}")),
    }.ConnectionString;

    /// <summary>Starts the servers and returns when every standby is streaming.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of standbys is negative.</exception>
    /// <exception cref="PostgresNotFoundException">No PostgreSQL is installed where it is looked for.</exception>
    /// <exception cref="PostgresStartException">A server did not start.</exception>
    public static async Task<TemporaryCluster> StartAsync(
        int standbys = 2, TemporaryPostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(standbys);
        options ??= new TemporaryPostgresOptions();
        var started = new List<TemporaryPostgres>();
        try
        {
            var secret = new ServerSecret();
            started.Add(await StartAsync(options, secret, primary: null, cancellationToken).ConfigureAwait(false));
            for (var number = 1; number <= standbys; number++)
                started.Add(await StartAsync(options, secret, started[0], cancellationToken).ConfigureAwait(false));

            await WaitForStandbysAsync(started[0], standbys, options.StartTimeout, cancellationToken).ConfigureAwait(false);
            return new TemporaryCluster([.. started]);
        }
        catch
        {
            foreach (var server in started)
                await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends a standby as a crash would, with <c>kill -9</c>, and forgets it.</summary>
    /// <exception cref="ArgumentException">It is no standby of this cluster.</exception>
    public void KillStandby(TemporaryPostgres standby)
    {
        if (!_standbys.Remove(standby))
            throw new ArgumentException("The server is no standby of this cluster.", nameof(standby));
        standby.Kill();
    }

    /// <summary>
    /// Ends the primary as a crash would, if it still lives, makes the standby that has received the most the new one, and lets the others
    /// follow that. Returns when it takes writes.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no standby.</exception>
    public async Task FailOverAsync(CancellationToken cancellationToken = default)
    {
        if (_standbys.Count == 0)
            throw new InvalidOperationException("There is no standby to promote. Start the cluster with at least one.");

        Primary.Kill();
        var received = new Dictionary<TemporaryPostgres, decimal>();
        foreach (var standby in _standbys)
            received[standby] = await AskAsync<decimal>(standby, "SELECT pg_last_wal_receive_lsn() - '0/0'", cancellationToken)
                .ConfigureAwait(false);

        var chosen = received.MaxBy(pair => pair.Value).Key;
        _standbys.Remove(chosen);
        foreach (var standby in _standbys)
        {
            await AskAsync<object>(standby, $"ALTER SYSTEM SET primary_conninfo = '{Replication.InfoTo(chosen)}'", cancellationToken)
                .ConfigureAwait(false);
            await AskAsync<bool>(standby, "SELECT pg_reload_conf()", cancellationToken).ConfigureAwait(false);
        }

        // With its own waiting it would look every 100 ms only.
        await AskAsync<bool>(chosen, "SELECT pg_promote(false)", cancellationToken).ConfigureAwait(false);
        while (await AskAsync<bool>(chosen, "SELECT pg_is_in_recovery()", cancellationToken).ConfigureAwait(false))
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        Primary = chosen;
    }

    /// <summary>Stops every server at once and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose()
    {
        foreach (var server in _servers)
            server.Dispose();
    }

    // Every server begins as a copy of one template, so a standby needs no base backup where the primary keeps its log from the beginning.
    private static Task<TemporaryPostgres> StartAsync(
        TemporaryPostgresOptions given, ServerSecret secret, TemporaryPostgres? primary, CancellationToken cancellationToken)
        => TemporaryPostgres.StartAsync(
            new TemporaryPostgresOptions
            {
                BinariesFolder = given.BinariesFolder,
                DataFolder = given.DataFolder,
                StartTimeout = given.StartTimeout,
                Replication = new Replication(secret, IsStandby: primary is not null),
                Settings = new Dictionary<string, string>(given.Settings, StringComparer.OrdinalIgnoreCase)
                {
                    ["wal_keep_size"] = "1GB",
                    ["wal_retrieve_retry_interval"] = "20ms",
                    ["primary_conninfo"] = primary is null ? "" : Replication.InfoTo(primary),
                },
            },
            cancellationToken);

    private static async Task WaitForStandbysAsync(
        TemporaryPostgres primary, int count, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (await AskAsync<long>(primary, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", cancellationToken)
            .ConfigureAwait(false) < count)
        {
            if (TimeProvider.System.GetElapsedTime(start) > timeout)
                throw new PostgresStartException("Its standbys do not stream.", $"Set {nameof(TemporaryPostgresOptions.StartTimeout)} if " +
                    "the machine is slow.", "");
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<T?> AskAsync<T>(TemporaryPostgres server, string sql, CancellationToken cancellationToken)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false });
        await using var disposed = source.ConfigureAwait(false);
        var command = source.CreateCommand(sql);
        await using var _ = command.ConfigureAwait(false);
        return (T?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
