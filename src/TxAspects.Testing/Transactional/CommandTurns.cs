using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Sessions;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <summary>Makes the commands of EF Core take turns on the one connection.</summary>
internal sealed class CommandTurns(SharedConnection shared) : DbCommandInterceptor
{
    // Not the connection's CreateCommand: it keeps its last command for reuse, without a lock, so two branches would get the same one
    // before they take turns.
    public override InterceptionResult<DbCommand> CommandCreating(
        CommandCorrelatedEventData eventData, InterceptionResult<DbCommand> result)
        => result.HasResult ? result : InterceptionResult<DbCommand>.SuppressWithResult(shared.CreateCommand());

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        => Starting(command, eventData, result);

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
        => Starting(command, eventData, result);

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        => Starting(command, eventData, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
        => StartingAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        => StartingAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        => StartingAsync(command, eventData, result, cancellationToken);

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result) => Ended(command, result);

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
        => new(Ended(command, result));

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result) => Ended(command, result);

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        => new(Ended(command, result));

    public override InterceptionResult DataReaderDisposing(
        DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        // Not closed yet, but what comes next on the connection waits for that.
        eventData.DataReader.Close();
        return Ended(command, result);
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData) => shared.Turns.CommandEnded(command);

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
        => Task.FromResult(Ended(command, 0));

    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData) => shared.Turns.CommandEnded(command);

    public override Task CommandCanceledAsync(
        DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
        => Task.FromResult(Ended(command, 0));

    private static bool Changes(CommandEventData eventData) => eventData.CommandSource is not CommandSource.LinqQuery;

    private InterceptionResult<T> Starting<T>(DbCommand command, CommandEventData eventData, InterceptionResult<T> result)
    {
        shared.CommandAsync(eventData.Context!, command, Changes(eventData), async: false, default).Completed();
        return result;
    }

    private async ValueTask<InterceptionResult<T>> StartingAsync<T>(
        DbCommand command, CommandEventData eventData, InterceptionResult<T> result, CancellationToken cancellationToken)
    {
        await shared.CommandAsync(eventData.Context!, command, Changes(eventData), async: true, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private T Ended<T>(DbCommand command, T result)
    {
        shared.Turns.CommandEnded(command);
        return result;
    }
}
