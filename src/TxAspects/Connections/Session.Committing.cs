using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using TxAspects.Diagnostics;

namespace TxAspects.Connections;

/// <content>COMMIT itself, and what its failure means.</content>
internal sealed partial class Session
{
    private string? PositionQuery => _owner.ReadOnly ? null : Engine?.Cluster?.PositionQuery;

    /// <summary>
    /// Commits on the server; nothing cancels it and nothing limits its time. Before the COMMIT goes a savepoint, which PostgreSQL refuses in a failed
    /// transaction: it would answer a COMMIT there with ROLLBACK, and Npgsql would report success. As one batch both cost one round trip, and
    /// where the savepoint is refused the COMMIT is skipped. A marker does the same, and can be looked up when the connection is lost.
    /// </summary>
    /// <exception cref="CommitOutcomeUnknownException">The connection was lost and nobody knows what became of the COMMIT.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask CommitOnServerAsync(DbTransaction transaction, bool async)
    {
        var connection = transaction.Connection!;
        var batch = connection.CreateBatch();
        await using var _ = batch.ConfigureAwait(false);
        batch.Transaction = transaction;
        batch.Timeout = 0;
        var markers = _decision is not null ? Connect.TwoPhase!.Decisions : Engine is null || _owner.ReadOnly ? null : Connect.CommitMarkers;
        var marker = markers is null ? default : _decision ?? Guid.CreateVersion7();
        if (markers is null)
            Add(batch).CommandText = "SAVEPOINT txaspects_commit";
        else
            markers.Write(Add(batch), marker);
        Add(batch).CommandText = "COMMIT";
        var positionQuery = PositionQuery;

        using var watch = Connect.WatchCommit(batch);
        try
        {
            if (positionQuery is not null)
                await CommitAndAskAsync(batch, positionQuery, async).ConfigureAwait(false);
            else if (async)
                await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            else
                batch.ExecuteNonQuery();
        }
        catch (Exception) when (positionQuery is not null && watch is { IsCommitted: true })
        {
            // Only the question after it failed.
            await AskPositionAsync(connection, async).ConfigureAwait(false);
        }
        catch (Exception exception) when (connection.State is not ConnectionState.Open && watch?.IsRolledBack(exception) is not true)
        {
            // On a connection that lives the failure is the server's own answer, or nothing was sent.
            var wasCutShort = watch is { WasCutShort: true };
            switch (markers is null || Engine is null || wasCutShort ? null : await FindAsync(markers, marker, async).ConfigureAwait(false))
            {
                case null:
                    _owner.MarkDurable(isInDoubt: true);
                    throw new CommitOutcomeUnknownException(Owner.Name, Connect.Name, exception, wasCutShort);
                case false:
                    throw;
                case true:
                    Owner.Log.CommitFound(Connect.Name, Owner.Name, exception);
                    await AskPositionAsync(connection, async).ConfigureAwait(false);
                    break;
            }
        }

        if (!_wroteNothing)
            _owner.MarkDurable();
        if (watch is { WasCutShort: true })
        {
            _owner.MarkDurable(isInDoubt: true);
            throw new CommitOutcomeUnknownException(Owner.Name, Connect.Name, cause: null, wasCutShort: true);
        }
    }

    private async ValueTask CommitAndAskAsync(DbBatch batch, string positionQuery, bool async)
    {
        Add(batch).CommandText = positionQuery;
        if (!async)
        {
            // Disposed asynchronously it would wait for the end of the answer on another thread.
            using var read = batch.ExecuteReader();
            if (read.Read())
                NotePosition(read.GetString(0));
            return;
        }

        var reader = await batch.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        if (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            NotePosition(reader.GetString(0));
    }

    /// <summary>Asks for the position after a commit that did not tell it, over its connection or, where that was lost, another one.</summary>
    private async ValueTask AskPositionAsync(DbConnection own, bool async)
    {
        if (PositionQuery is not { } positionQuery)
            return;

        try
        {
            if (own.State is ConnectionState.Open)
            {
                await AskAsync(own).ConfigureAwait(false);
                return;
            }

            var other = await Engine!.OpenConnectionAsync(async, CancellationToken.None).ConfigureAwait(false);
            await using var _ = other.ConfigureAwait(false);
            await AskAsync(other).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Owner.Log.PositionUnknown(Connect.Name, Owner.Name, exception);
        }

        async ValueTask AskAsync(DbConnection connection)
            => NotePosition((string)(await ExecuteAsync(connection, command => command.CommandText = positionQuery, async, CancellationToken.None).ConfigureAwait(false))!);
    }

    private void NotePosition(string position) => _owner.NotePosition(Connect.Name, position, Engine!.Cluster!);

    private async ValueTask<bool?> FindAsync(CommitMarkers markers, Guid marker, bool async)
    {
        try
        {
            return await markers.FindAsync(Engine!.Source, marker, async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Owner.Log.CommitNotFound(Connect.Name, Owner.Name, exception);
            return null;
        }
    }

    private static DbBatchCommand Add(DbBatch batch)
    {
        var command = batch.CreateBatchCommand();
        batch.BatchCommands.Add(command);
        return command;
    }
}
