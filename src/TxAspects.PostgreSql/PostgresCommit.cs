using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;
using TxAspects.Drivers;

namespace TxAspects.PostgreSql;

/// <summary>
/// One commit, as a batch that costs one round trip: a statement that a failed transaction refuses, COMMIT, and the question for the
/// position.
/// </summary>
/// <remarks>
/// PostgreSQL answers a COMMIT in a failed transaction with ROLLBACK, and Npgsql reports success. The statement in front of it makes that
/// an error, and where it is refused the COMMIT is skipped. It is a marker where one is to be written, the question whether anything was
/// written where nobody here knows, and a savepoint otherwise.
/// </remarks>
internal sealed class PostgresCommit(CommitRequest request, PostgresCommitMarkers? markers)
{
    private readonly NpgsqlConnection _connection = (NpgsqlConnection)request.Transaction.Connection!;
    private readonly Guid _marker = request.Decision ?? (markers is null ? default : Guid.CreateVersion7());
    private bool? _wrote = request.MayHaveWritten ? null : false;
    private string? _position;
    private Exception? _positionFailure;
    private int _commitIndex;

    private bool AsksWhetherItWrote => markers is null && request.AsksWhetherItWrote;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CommitAnswer> RunAsync(bool async)
    {
        var batch = Write();
        await using var _ = batch.ConfigureAwait(false);
        using var watch = new CommitWatch(batch, _commitIndex);
        try
        {
            await SendAsync(batch, watch, async).ConfigureAwait(false);
        }
        catch (Exception) when (request.AsksPosition && watch.IsCommitted)
        {
            // Only the question after it failed.
            await AskPositionAsync(async).ConfigureAwait(false);
        }
        catch (Exception exception) when (_connection.State is not ConnectionState.Open && !watch.IsRolledBack(exception))
        {
            // On a connection that lives the failure is the server's own answer, or nothing was sent.
            return await LookUpAsync(exception, watch.WasCutShort, async).ConfigureAwait(false);
        }

        return Answer(watch.WasCutShort ? CommitState.CutShort : CommitState.Committed, failure: null);
    }

    private NpgsqlBatch Write()
    {
        var batch = new NpgsqlBatch(_connection, (NpgsqlTransaction)request.Transaction) { Timeout = 0 };
        var first = new NpgsqlBatchCommand("SAVEPOINT txaspects_commit");
        if (markers is not null)
            markers.Write(first, _marker);
        else if (request.AsksWhetherItWrote)
            first.CommandText = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL";

        // A COMMIT that checks deferred constraints, or waits for a standby, is a statement like any other to the server's clock.
        if (request.IsLimited)
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL statement_timeout = 0"));
        batch.BatchCommands.Add(first);
        _commitIndex = batch.BatchCommands.Count;
        batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        if (request.AsksPosition)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PostgresCluster.PositionQuery));
        return batch;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendAsync(NpgsqlBatch batch, CommitWatch watch, bool async)
    {
        if (!AsksWhetherItWrote && !request.AsksPosition)
        {
            if (async)
                await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            else
                batch.ExecuteNonQuery();
            return;
        }

        if (!async)
        {
            // Disposed asynchronously it would wait for the end of the answer on another thread.
            using var read = batch.ExecuteReader();
            await ReadAsync(read, watch, async).ConfigureAwait(false);
            return;
        }

        var reader = await batch.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var _ = reader.ConfigureAwait(false);
        await ReadAsync(reader, watch, async).ConfigureAwait(false);
    }

    private async ValueTask ReadAsync(NpgsqlDataReader reader, CommitWatch watch, bool async)
    {
        watch.HasAnsweredFirst = AsksWhetherItWrote;
        do
        {
            if (reader.FieldCount == 0 || !(async ? await reader.ReadAsync().ConfigureAwait(false) : reader.Read()))
                continue;

            if (reader.GetFieldType(0) == typeof(bool))
                _wrote = reader.GetBoolean(0);
            else
                _position = reader.GetString(0);
        }
        while (async ? await reader.NextResultAsync().ConfigureAwait(false) : reader.NextResult());
    }

    /// <summary>Finds out what became of a commit whose connection was lost, where there is a way to.</summary>
    private async ValueTask<CommitAnswer> LookUpAsync(Exception failure, bool wasCutShort, bool async)
    {
        if (_wrote is false)
            return CommitAnswer.NothingWritten with { Failure = failure };
        if (wasCutShort)
            return Answer(CommitState.CutShort, failure);
        if (markers is null)
            return CommitAnswer.Unknown(failure);

        bool? found;
        try
        {
            found = await markers.FindAsync(request.Engine, _marker, async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return CommitAnswer.Unknown(failure, exception);
        }

        switch (found)
        {
            case null:
                return CommitAnswer.Unknown(failure);
            case false:
                throw failure;
            case true:
                await AskPositionAsync(async).ConfigureAwait(false);
                return Answer(CommitState.Committed, failure);
        }
    }

    /// <summary>
    /// Asks for the position after a commit that did not tell it, over its connection or, where that was lost, another one.
    /// </summary>
    private async ValueTask AskPositionAsync(bool async)
    {
        if (!request.AsksPosition)
            return;

        try
        {
            if (_connection.State is ConnectionState.Open)
            {
                _position = await PostgresCluster.AskAsync(_connection, async).ConfigureAwait(false);
                return;
            }

            var other = await PostgresCluster.OpenForQuestionAsync(request.Engine, async).ConfigureAwait(false);
            await using var _ = other.ConfigureAwait(false);
            _position = await PostgresCluster.AskAsync(other, async).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _positionFailure = exception;
        }
    }

    private CommitAnswer Answer(CommitState state, Exception? failure)
    {
        if (state is CommitState.Committed && _wrote is false)
            return CommitAnswer.NothingWritten;
        if (state is CommitState.Committed && failure is null && _position is null && _positionFailure is null)
            return CommitAnswer.Committed;

        return new CommitAnswer { State = state, Failure = failure, Position = _position, PositionFailure = _positionFailure };
    }
}
