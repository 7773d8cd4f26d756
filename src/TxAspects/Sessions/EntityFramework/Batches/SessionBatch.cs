using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Update;
using TxAspects.Sessions.Transactions;
using TxAspects.Sessions.Variables;

namespace TxAspects.Sessions.EntityFramework.Batches;

/// <summary>A batch of a save whose command may take along what its transaction sets.</summary>
/// <remarks>
/// Each modification is one statement. One that gives values back has a result with a single row, and for any other the server counts the
/// rows. So a row that is missing is found by the place of the statement in the whole text, where ours come first.
/// </remarks>
internal sealed class SessionBatch(
    ModificationCommandBatchFactoryDependencies dependencies, int? maxBatchSize, TransactionStart start, ConnectVariables variables)
    : ReaderModificationCommandBatch(dependencies, maxBatchSize)
{
    public override void Execute(IRelationalConnection connection)
    {
        start.CountsResults = true;
        try
        {
            base.Execute(connection);
        }
        finally
        {
            start.CountsResults = false;
        }
    }

    public override async Task ExecuteAsync(IRelationalConnection connection, CancellationToken cancellationToken = default)
    {
        start.CountsResults = true;
        try
        {
            await base.ExecuteAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            start.CountsResults = false;
        }
    }

    protected override void Consume(RelationalDataReader reader) => ConsumeAsync(reader, async: false, default).Completed();

    protected override Task ConsumeAsync(RelationalDataReader reader, CancellationToken cancellationToken = default)
        => ConsumeAsync(reader, async: true, cancellationToken).AsTask();

    private async ValueTask ConsumeAsync(RelationalDataReader reader, bool async, CancellationToken cancellationToken)
    {
        var before = start.StatementsBefore(reader.DbCommand);
        var index = 0;
        try
        {
            for (; index < ModificationCommands.Count; index++)
            {
                if (!ResultSetMappings[index].HasFlag(ResultSetMapping.HasResultRow))
                {
                    if (variables.RowsOf(reader.DbDataReader, before + index) != 1)
                        await ReportMissingAsync(reader, index, async, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (async ? await reader.ReadAsync(cancellationToken).ConfigureAwait(false) : reader.Read())
                    ModificationCommands[index].PropagateResults(reader);
                else
                    await ReportMissingAsync(reader, index, async, cancellationToken).ConfigureAwait(false);
                _ = async
                    ? await reader.DbDataReader.NextResultAsync(cancellationToken).ConfigureAwait(false)
                    : reader.DbDataReader.NextResult();
            }
        }
        catch (Exception exception) when (exception is not DbUpdateException and not OperationCanceledException)
        {
            // A trigger that fires at the end of a statement fails when the result of the next one is asked for.
            var entries = ModificationCommands[Math.Min(index, ModificationCommands.Count - 1)].Entries;
            throw new DbUpdateException(RelationalStrings.UpdateStoreException, exception, entries);
        }
    }

    /// <summary>A row that was to be changed is not there any more, or not as it was. An interceptor of the user's may let that pass.</summary>
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
