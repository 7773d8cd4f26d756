using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace TxAspects.PostgreSql;

/// <summary>A primary and its standbys behind Npgsql's data source for several hosts.</summary>
/// <param name="readYourWrites">How long to wait for a standby to reach a position; null where commits tell none.</param>
internal sealed class PostgresCluster(TimeSpan? readYourWrites) : DbCluster
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    // Not pg_current_wal_lsn(): with synchronous_commit off, of which nothing is known any more after the COMMIT, that may be before it.
    protected override string? PositionQuery => readYourWrites is null ? null : "SELECT pg_current_wal_insert_lsn()::text";

    protected override async ValueTask<DbConnection> OpenPrimaryAsync(DbDataSource engine, bool async, CancellationToken cancellationToken)
    {
        var servers = (NpgsqlMultiHostDataSource)engine;
        try
        {
            return await OpenAsync(servers, TargetSessionAttributes.Primary, async, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException exception) when (!PostgresFailures.IsPoolExhausted(exception))
        {
            // What Npgsql knows of the servers is up to 'Host Recheck Seconds' old; one that it passed over may have been promoted since.
            servers.ClearDatabaseStates();
            return await OpenAsync(servers, TargetSessionAttributes.Primary, async, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override async ValueTask<DbConnection?> OpenStandbyAsync(
        DbDataSource engine, string? position, bool async, CancellationToken cancellationToken)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await OpenAsync((NpgsqlMultiHostDataSource)engine, TargetSessionAttributes.Standby, async, cancellationToken).ConfigureAwait(false);
            if (!NpgsqlLogSequenceNumber.TryParse(position ?? "", out var wanted) || await HasReachedAsync(connection, EndBefore(wanted), async, cancellationToken).ConfigureAwait(false))
                return connection;
        }
        catch (NpgsqlException exception) when (!PostgresFailures.IsPoolExhausted(exception))
        {
            await CloseAsync(connection, async).ConfigureAwait(false);
            return null;
        }
        catch
        {
            await CloseAsync(connection, async).ConfigureAwait(false);
            throw;
        }

        await CloseAsync(connection, async).ConfigureAwait(false);
        return await OpenPrimaryAsync(engine, async, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> HasReachedAsync(NpgsqlConnection connection, NpgsqlLogSequenceNumber wanted, bool async, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1", connection);
        await using var _ = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<NpgsqlLogSequenceNumber> { TypedValue = wanted, NpgsqlDbType = NpgsqlDbType.PgLsn });
        var start = TimeProvider.System.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = Min(pause * 2, LongestPause))
        {
            if ((async ? await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteScalar()) is true)
                return true;

            var left = readYourWrites.GetValueOrDefault() - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return false;

            if (async)
                await Task.Delay(Min(pause, left), cancellationToken).ConfigureAwait(false);
            else
                Thread.Sleep(Min(pause, left));
        }
    }

    /// <summary>Where the last record ends: the insert position may be after the header of the next page, which is not replayed before something is written there.</summary>
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

    private static async ValueTask CloseAsync(NpgsqlConnection? connection, bool async)
    {
        if (connection is null)
            return;

        if (async)
            await connection.DisposeAsync().ConfigureAwait(false);
        else
            connection.Dispose();
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
