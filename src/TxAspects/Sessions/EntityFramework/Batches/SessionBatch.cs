using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using TxAspects.Drivers;
using TxAspects.Sessions.LastSaves;

namespace TxAspects.Sessions.EntityFramework.Batches;

/// <summary>A batch of a save whose command may take along what its transaction sets, and the commit.</summary>
/// <remarks>
/// Each modification is one statement. One that gives values back or is guarded has a result with a single row, and for any other the
/// server counts the rows. So a row that is missing is found by the place of the statement in the whole text, where ours come first.
/// </remarks>
internal sealed class SessionBatch(
    ModificationCommandBatchFactoryDependencies dependencies, int? maxBatchSize, Session session, LastSave? last)
    : ReaderModificationCommandBatch(dependencies, maxBatchSize)
{
    // Its row is the guard's; the rows of the statement are counted as if there were none.
    private const ResultSetMapping Guarded = ResultSetMapping.LastInResultSet | ResultSetMapping.ResultSetWithRowsAffectedOnly;

    private readonly int _number = last?.NextBatch() ?? 0;
    private readonly DbVariables _rows = session.Engine.Driver.Variables!;

    private bool _isRefused;    // the server has said its last word, and it was an error
    private SaveGuard? _unguarded;    // a first insert, which needs a guard where something else is written

    /// <summary>The guard of the last statement; null where none is guarded.</summary>
    public SaveGuard? LastGuard { get; private set; }

    /// <summary>Whether values come back from the database.</summary>
    public bool GetsValues { get; private set; }

    /// <summary>Why the batch cannot take the commit along, as the end of a sentence; null where it can.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>The save that may take the commit along; null where the batch cannot.</summary>
    public LastSave? Last => last;

    /// <summary>It is about to be sent.</summary>
    public void Executing()
    {
        _isRefused = false;
        session.Gate.Start.CountsResults = true;
        last?.Executing(this);
    }

    /// <summary>It is over.</summary>
    public void Executed()
    {
        session.Gate.Start.CountsResults = false;
        last?.Executed();
    }

    public override void Complete(bool moreBatchesExpected)
    {
        // Where it is all that is written, a row that is not taken leaves nothing to keep.
        if (_unguarded is not null && (_number > 1 || !session.Gate.IsFresh))
            Guard();
        base.Complete(moreBatchesExpected);
    }

    protected override void AddCommand(IReadOnlyModificationCommand modificationCommand)
    {
        if (_unguarded is not null)
            Guard();
        base.AddCommand(modificationCommand);
        if (last is null)
            return;

        var givesRow = ResultSetMappings[^1].HasFlag(ResultSetMapping.HasResultRow);
        GetsValues |= givesRow;
        if (!last.Tables.CanGuard(modificationCommand.Table))
        {
            Obstacle ??= $"what is saved to '{modificationCommand.TableName}' may not be a row of a table";
            return;
        }

        if (givesRow && !last.Tables.CanReadAll(modificationCommand.ColumnModifications))
            Obstacle ??= $"a value that '{modificationCommand.TableName}' gives back may be refused when it is read";
        _unguarded = new SaveGuard(_number, (LastGuard?.Number ?? 0) + 1, givesRow);
        if (ModificationCommands.Count > 0 || modificationCommand.EntityState is not EntityState.Added ||
            !last.Tables.TakesRows(modificationCommand.Table))
            Guard();
    }

    private void Guard()
    {
        var guard = _unguarded!.Value;
        last!.Guard(SqlBuilder, guard);
        (LastGuard, _unguarded) = (guard, null);
        if (!guard.GivesRow)
            ResultSetMappings[^1] = Guarded;
    }

    protected override void Consume(RelationalDataReader reader) => ConsumeAsync(reader, async: false, default).Completed();

    protected override Task ConsumeAsync(RelationalDataReader reader, CancellationToken cancellationToken = default)
        => ConsumeAsync(reader, async: true, cancellationToken).AsTask();

    private async ValueTask ConsumeAsync(RelationalDataReader reader, bool async, CancellationToken cancellationToken)
    {
        if (last is not { IsSent: true })
        {
            await ConsumeOwnAsync(reader, async, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await ConsumeOwnAsync(reader, async, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (!exception.Causes().Any(cause => cause is DbException))
        {
            // Where it is not the server's answer, that is still to come.
            if (_isRefused)
                throw;

            await last.ReadAfterAsync(reader.DbDataReader, async).ConfigureAwait(false);
            if (LastGuard is null && exception is DbUpdateConcurrencyException)
                last.KeptNothing(exception);
            throw;
        }

        await last.ReadAsync(reader.DbDataReader, async).ConfigureAwait(false);
    }

    private async ValueTask ConsumeOwnAsync(RelationalDataReader reader, bool async, CancellationToken cancellationToken)
    {
        var before = session.Gate.Start.StatementsBefore(reader.DbCommand);
        var (index, missing) = (0, -1);
        try
        {
            for (; index < ModificationCommands.Count; index++)
            {
                var mapping = ResultSetMappings[index];
                if (mapping is ResultSetMapping.NoResults)
                {
                    if (_rows.RowsOf(reader.DbDataReader, before + index) != 1)
                        await ReportMissingAsync(reader, index, async, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (mapping != Guarded)
                    await TakeRowAsync(reader, index, missing, async, cancellationToken).ConfigureAwait(false);
                _ = async
                    ? await reader.DbDataReader.NextResultAsync(cancellationToken).ConfigureAwait(false)
                    : reader.DbDataReader.NextResult();

                // Without the guard EF Core would count these rows when the server has carried out all up to the next one that it reads.
                if (missing < 0 && IsMissing(reader, before, index))
                    missing = index;
            }
        }
        catch (DbException exception)
        {
            _isRefused = true;

            // It has gone with the connection, and tells no more how far the server came.
            if (reader.DbDataReader.IsClosed)
                throw;

            // All of the save was carried out, so it is a guard that was broken, or a trigger that fires at the end.
            var first = Enumerable.Range(0, ModificationCommands.Count).FirstOrDefault(one => IsMissing(reader, before, one), -1);
            if (first >= 0 && _rows.RowsOf(reader.DbDataReader, before + ModificationCommands.Count - 1) >= 0)
                await ReportMissingAsync(reader, first, async, cancellationToken).ConfigureAwait(false);
            if (FindFailed(reader, before, index) is { } failed)
                throw new DbUpdateException(RelationalStrings.UpdateStoreException, exception, ModificationCommands[failed].Entries);
            throw;
        }
        catch (Exception exception) when (exception is not DbUpdateException and not OperationCanceledException)
        {
            throw new DbUpdateException(RelationalStrings.UpdateStoreException, exception, ModificationCommands[index].Entries);
        }

        if (missing >= 0)
            await ReportMissingAsync(reader, missing, async, cancellationToken).ConfigureAwait(false);
    }

    private bool IsMissing(RelationalDataReader reader, int before, int index)
        => ResultSetMappings[index] is Guarded && _rows.RowsOf(reader.DbDataReader, before + index) is not 1 and >= 0;

    private async ValueTask TakeRowAsync(
        RelationalDataReader reader, int index, int missing, bool async, CancellationToken cancellationToken)
    {
        if (missing >= 0)
            await ReportMissingAsync(reader, missing, async, cancellationToken).ConfigureAwait(false);
        if (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
            ModificationCommands[index].PropagateResults(reader);
        else
            await ReportMissingAsync(reader, index, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Whose entries a failure is told with, as the provider's batch does: it reads on from one statement that gives a row to the next, and
    /// names the first after the one that it has read. Null for all, where it has read none.
    /// </summary>
    private int? FindFailed(RelationalDataReader reader, int before, int index)
    {
        var end = ModificationCommands.Count - 1;
        if (index > end)
            return Math.Min(index, end);

        // Whoever has given its row may fail all the same, by a trigger that fires at the end of the statement.
        if (GivesRow(index) && _rows.RowsOf(reader.DbDataReader, before + index) < 0)
            return Math.Min(index + 1, end);

        while (index < end && _rows.RowsOf(reader.DbDataReader, before + index) >= 0)
            index++;
        for (var read = index - 1; read >= 0; read--)
        {
            if (GivesRow(read))
                return read + 1;
        }

        return null;
    }

    private bool GivesRow(int index) => ResultSetMappings[index] is not (Guarded or ResultSetMapping.NoResults);

    /// <summary>A row that was to be changed is not as it was. An interceptor of the user's may let that pass.</summary>
    private async ValueTask ReportMissingAsync(RelationalDataReader reader, int index, bool async, CancellationToken cancellationToken)
    {
        var context = Dependencies.CurrentContext.Context;
        var entries = ModificationCommands[index].Entries;
        var exception = new DbUpdateConcurrencyException(RelationalStrings.UpdateConcurrencyException(1, 0), entries);
        var answer = async
            ? await Dependencies.UpdateLogger.OptimisticConcurrencyExceptionAsync(
                context, entries, exception, (_, failure, rows, definition) => Describe(failure, rows, definition), cancellationToken)
                .ConfigureAwait(false)
            : Dependencies.UpdateLogger.OptimisticConcurrencyException(
                context, entries, exception, (_, failure, rows, definition) => Describe(failure, rows, definition));
        if (!answer.IsSuppressed)
            throw exception;

        RelationalConcurrencyExceptionEventData Describe(
            DbUpdateConcurrencyException failure, IReadOnlyList<IUpdateEntry> rows, EventDefinition<Exception> definition)
            => new(
                definition,
                (made, data) => ((EventDefinition<Exception>)made).GenerateMessage(((ConcurrencyExceptionEventData)data).Exception),
                context, reader.RelationalConnection.DbConnection, reader.DbCommand, reader.DbDataReader, reader.CommandId,
                reader.RelationalConnection.ConnectionId, rows, failure);
    }
}
