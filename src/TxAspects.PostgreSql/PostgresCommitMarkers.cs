using System.Data.Common;
using System.Text.RegularExpressions;
using Npgsql;
using TxAspects.PostgreSql;

namespace TxAspects;

/// <summary>Finds out what became of a commit whose connection was lost, by a row that every commit writes.</summary>
/// <remarks>
/// Make the table yourself: <c>CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL
/// DEFAULT now())</c>, and delete rows older than your longest unit and <see cref="Timeout"/> together. Read-only units write none.
/// </remarks>
public sealed partial class PostgresCommitMarkers
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The table, with its schema if it needs one. Default: txaspects_commits.</summary>
    /// <exception cref="ArgumentException">It is no plain name, or two with a dot between them.</exception>
    public string Table
    {
        get;
        init => field = PlainName().IsMatch(value)
            ? value
            : throw new ArgumentException("Table must be a plain name, or a schema and a name.", nameof(value));
    } = "txaspects_commits";

    /// <summary>How long to look. Default: 30 seconds; then the outcome stays unknown.</summary>
    public TimeSpan Timeout
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Timeout must be positive.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>Makes a statement that writes the marker. It goes before COMMIT, in the same batch.</summary>
    internal void Write(NpgsqlBatchCommand command, Guid id)
    {
        command.CommandText = Sql("$1", "true");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
    }

    /// <summary>The statement itself, with what stands for the id and for the second value, which is true.</summary>
    internal string Sql(string id, string committed) => $"INSERT INTO {Table} (id, committed) VALUES ({id}, {committed})";

    /// <summary>Looks a commit up over another connection, and makes sure that it cannot happen later where it has not happened.</summary>
    /// <returns>True where it happened, false where it did not and never can, null where there was no answer in time.</returns>
    internal async ValueTask<bool?> FindAsync(DbDataSource source, Guid id, bool async)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (Timeout - TimeProvider.System.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            try
            {
                return await AskAsync(source, id, left, async).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
            {
                // The server may be on its way up, the pool full, or the host a standby that is to be promoted; of several one may have
                // been.
                (source as NpgsqlMultiHostDataSource)?.ClearDatabaseStates();
                if (async)
                    await Task.Delay(Pause).ConfigureAwait(false);
                else
                    Thread.Sleep(Pause);
            }
        }

        return null;
    }

    private async ValueTask<bool?> AskAsync(DbDataSource source, Guid id, TimeSpan left, bool async)
    {
        using var limit = new CancellationTokenSource(left);
        var connection = (NpgsqlConnection)(async
            ? await source.OpenConnectionAsync(limit.Token).ConfigureAwait(false)
            : source.OpenConnection());
        await using var _ = connection.ConfigureAwait(false);
        return await AskAsync(connection, id, left, async, limit.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Writes the same row with another value. While the transaction still runs this waits for it; after this it cannot commit any more,
    /// for its own row would be the second. Where its row is there already that is touched: only a write waits for synchronous standbys,
    /// and so for what was written before.
    /// </summary>
    internal async ValueTask<bool?> AskAsync(
        NpgsqlConnection connection, Guid id, TimeSpan left, bool async, CancellationToken cancellationToken)
    {
        var wasCutShort = false;
        connection.Notice += Hear;
        try
        {
            var command = new NpgsqlCommand(
                $"INSERT INTO {Table} AS marker (id, committed) VALUES ($1, false) ON CONFLICT (id) DO UPDATE SET at = now() RETURNING " +
                "marker.committed", connection);
            await using var disposed = command.ConfigureAwait(false);
            command.CommandTimeout = (int)Math.Min(int.MaxValue, Math.Ceiling(left.TotalSeconds));
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            var answer = async ? await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteScalar();
            return wasCutShort ? null : (bool)answer!;
        }
        finally
        {
            connection.Notice -= Hear;
        }

        void Hear(object sender, NpgsqlNoticeEventArgs notice) => wasCutShort |= CommitWatch.IsCutShort(notice.Notice);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?\z")]
    private static partial Regex PlainName();
}
