using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using TxAspects.Drivers;

namespace TxAspects.PostgreSql;

/// <summary>A primary and its standbys behind Npgsql's data source for several hosts.</summary>
/// <param name="readYourWrites">How long to wait for a standby to reach a position; null where commits tell none.</param>
internal sealed class PostgresCluster(TimeSpan? readYourWrites) : DbCluster
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    private volatile int _servers;
    private long _nextLook;    // a timestamp; read and written with Volatile

    // Not pg_current_wal_lsn(): with synchronous_commit off, of which nothing is known any more after the COMMIT, that may be before it.
    public const string PositionQuery = "SELECT pg_current_wal_insert_lsn()::text";

    protected override bool TellsPosition => readYourWrites is not null;

    protected override bool IsAfter(string position, string other)
        => NpgsqlLogSequenceNumber.Parse(position) > NpgsqlLogSequenceNumber.Parse(other);

    protected override ValueTask<string> AskPositionAsync(DbConnection connection, bool async)
        => AskAsync((NpgsqlConnection)connection, async);

    /// <summary>Asks for the position in the server's log.</summary>
    public static async ValueTask<string> AskAsync(NpgsqlConnection connection, bool async)
    {
        var command = new NpgsqlCommand(PositionQuery, connection);
        await using var _ = command.ConfigureAwait(false);
        return (string)(async ? await command.ExecuteScalarAsync().ConfigureAwait(false) : command.ExecuteScalar())!;
    }

    /// <summary>
    /// Another connection to the server that takes writes: the engine of a cluster is made to give that one where nobody says which.
    /// </summary>
    public static async ValueTask<NpgsqlConnection> OpenForQuestionAsync(DbDataSource engine, bool async)
        => (NpgsqlConnection)(async ? await engine.OpenConnectionAsync().ConfigureAwait(false) : engine.OpenConnection());

    /// <exception cref="ArgumentException">The Timeout is one second.</exception>
    public static void Check(NpgsqlConnectionStringBuilder settings)
    {
        // What is left of it, in whole seconds, is given to the question whether a server is a standby, and none means no limit.
        if (settings.Timeout == 1)
            throw new ArgumentException("The connection string sets 'Timeout' to 1 second. With several hosts Npgsql rounds that down to " +
                                        "none, and waits for ever for a server that swallows packets. Set it to 2 or more.");
    }

    /// <summary>Makes the engine: one data source with a pool for each server.</summary>
    public NpgsqlMultiHostDataSource Build(NpgsqlDataSourceBuilder builder)
    {
        var settings = builder.ConnectionStringBuilder;
        if (!settings.Keys.Contains("Load Balance Hosts"))
            settings.LoadBalanceHosts = true;

        // Who takes a connection without saying where to, such as commit markers, is to get the primary. Npgsql refuses this where there is
        // only one server.
        _servers = settings.Host!.Split(',').Length;
        settings.TargetSessionAttributes = _servers > 1 ? "primary" : null;
        return builder.BuildMultiHost();
    }

    protected override async ValueTask<DbConnection> OpenPrimaryAsync(DbDataSource engine, bool async, CancellationToken cancellationToken)
    {
        var servers = (NpgsqlMultiHostDataSource)engine;
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            return await OpenAsync(servers, TargetSessionAttributes.Primary, async, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception) when (!PostgresFailures.IsPoolExhausted(exception))
        {
            var haveLooked = !PostgresFailures.HasTriedNone(exception);
            if (haveLooked)
                NoteLook(start);

            // What Npgsql knows of the servers is up to 'Host Recheck Seconds' old; a standby may have been promoted since.
            if (await FindPromotedAsync(servers, async, cancellationToken).ConfigureAwait(false) is { } promoted)
                return promoted;

            if (haveLooked || TimeProvider.System.GetTimestamp() < Volatile.Read(ref _nextLook))
                throw;
        }

        return await LookAgainAsync(servers, async, cancellationToken).ConfigureAwait(false);
    }

    protected override async ValueTask<DbConnection?> OpenStandbyAsync(
        DbDataSource engine, string? position, bool async, CancellationToken cancellationToken)
    {
        var servers = (NpgsqlMultiHostDataSource)engine;
        try
        {
            if (!NpgsqlLogSequenceNumber.TryParse(position ?? "", out var wanted))
                return await OpenAsync(servers, TargetSessionAttributes.Standby, async, cancellationToken).ConfigureAwait(false);
            if (await WaitForStandbyAsync(servers, EndBefore(wanted), async, cancellationToken).ConfigureAwait(false) is { } reached)
                return reached;
        }
        catch (NpgsqlException exception) when (!PostgresFailures.IsPoolExhausted(exception))
        {
            return null;
        }

        return await OpenPrimaryAsync(engine, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Forgets what is known of the servers and asks all: the primary may be back, or a standby be there again that was promoted.
    /// </summary>
    private async ValueTask<NpgsqlConnection> LookAgainAsync(
        NpgsqlMultiHostDataSource servers, bool async, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        servers.ClearDatabaseStates();
        try
        {
            return await OpenAsync(servers, TargetSessionAttributes.Primary, async, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            NoteLook(start);
        }
    }

    // A server that swallows packets costs the Timeout whoever opens a connection while nothing is known of it, read-only units too: what
    // took long is not repeated soon.
    private void NoteLook(long start)
    {
        var now = TimeProvider.System.GetTimestamp();
        Volatile.Write(ref _nextLook, now + (10 * (now - start)));
    }

    private async ValueTask<NpgsqlConnection?> FindPromotedAsync(
        NpgsqlMultiHostDataSource servers, bool async, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(servers, "SELECT NOT pg_is_in_recovery()", wanted: null, async, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private async ValueTask<NpgsqlConnection?> WaitForStandbyAsync(
        NpgsqlMultiHostDataSource servers, NpgsqlLogSequenceNumber wanted, bool async, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = Min(pause * 2, LongestPause))
        {
            if (await FindAsync(servers, "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1", wanted, async,
                cancellationToken).ConfigureAwait(false) is { } reached)
                return reached;

            var left = readYourWrites.GetValueOrDefault() - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return null;

            if (async)
                await Task.Delay(Min(pause, left), cancellationToken).ConfigureAwait(false);
            else
                Thread.Sleep(Min(pause, left));
        }
    }

    /// <summary>Asks the standbys one after the other, and returns a connection to the first that says yes; null where none does.</summary>
    /// <exception cref="NpgsqlException">None can be reached.</exception>
    private async ValueTask<NpgsqlConnection?> FindAsync(
        NpgsqlMultiHostDataSource servers, string question, NpgsqlLogSequenceNumber? wanted, bool async,
        CancellationToken cancellationToken)
    {
        // Npgsql begins with another server each time, so that as many attempts as there are servers come to every standby, unless others
        // open connections in between.
        var asked = new HashSet<(string?, int)>();
        for (var attempt = 0; attempt < _servers; attempt++)
        {
            var connection = await OpenAsync(servers, TargetSessionAttributes.Standby, async, cancellationToken).ConfigureAwait(false);
            var isFound = false;
            try
            {
                isFound = asked.Add((connection.Host, connection.Port)) &&
                    await AskAsync(connection, question, wanted, async, cancellationToken).ConfigureAwait(false);
            }
            catch (NpgsqlException)
            {
                // It has gone, or swallows packets: Npgsql knows now, and passes over it.
            }
            finally
            {
                if (!isFound)
                    await CloseAsync(connection, async).ConfigureAwait(false);
            }

            if (isFound)
                return connection;
        }

        return null;
    }

    private static async ValueTask<bool> AskAsync(
        NpgsqlConnection connection, string question, NpgsqlLogSequenceNumber? wanted, bool async, CancellationToken cancellationToken)
    {
        // It belongs to the opening, and so may take as long.
        var command = new NpgsqlCommand(question, connection) { CommandTimeout = connection.ConnectionTimeout };
        await using var _ = command.ConfigureAwait(false);
        if (wanted is { } position)
            command.Parameters.Add(
                new NpgsqlParameter<NpgsqlLogSequenceNumber> { TypedValue = position, NpgsqlDbType = NpgsqlDbType.PgLsn });
        return (async ? await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteScalar()) is true;
    }

    /// <summary>
    /// Where the last record ends: the insert position may be after the header of the next page, which is not replayed before something is
    /// written there.
    /// </summary>
    private static NpgsqlLogSequenceNumber EndBefore(NpgsqlLogSequenceNumber inserted)
    {
        const ulong Page = 8192;
        const ulong Header = 24;
        var position = (ulong)inserted;
        return position % Page == Header ? new NpgsqlLogSequenceNumber(position - Header) : inserted;
    }

    private static async ValueTask<NpgsqlConnection> OpenAsync(
        NpgsqlMultiHostDataSource servers, TargetSessionAttributes target, bool async, CancellationToken cancellationToken)
        => async ? await servers.OpenConnectionAsync(target, cancellationToken).ConfigureAwait(false) : servers.OpenConnection(target);

    private static async ValueTask CloseAsync(NpgsqlConnection connection, bool async)
    {
        if (async)
            await connection.DisposeAsync().ConfigureAwait(false);
        else
            connection.Dispose();
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
