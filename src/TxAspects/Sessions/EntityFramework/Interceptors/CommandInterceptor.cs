using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>
/// Begins a session's transaction before its first command, and tells the session how its commands end. Stateless: one instance serves
/// every context.
/// </summary>
internal sealed class CommandInterceptor : DbCommandInterceptor
{
    public static readonly CommandInterceptor Instance = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        => Begin(command, eventData, result);

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
        => Begin(command, eventData, result);

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        => Begin(command, eventData, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
        => BeginAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        => BeginAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        => BeginAsync(command, eventData, result, cancellationToken);

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        if (SessionSlot.SessionOf(eventData.Context) is not { } session)
            return result;

        session.Gate.Start.SkipAsync(command, result, async: false, default).Completed();
        session.Gate.Commands.Answered(command, result);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (SessionSlot.SessionOf(eventData.Context) is not { } session)
            return new(result);

        var skipped = session.Gate.Start.SkipAsync(command, result, async: true, cancellationToken);
        if (!skipped.IsCompletedSuccessfully)
            return Awaited(skipped, session, command, result);

        session.Gate.Commands.Answered(command, result);
        return new(result);

        static async ValueTask<DbDataReader> Awaited(ValueTask skipped, Session session, DbCommand command, DbDataReader result)
        {
            await skipped.ConfigureAwait(false);
            session.Gate.Commands.Answered(command, result);
            return result;
        }
    }

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Gate.Commands.Succeeded(command);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
        => new(ScalarExecuted(command, eventData, result));

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Gate.Commands.Succeeded(command);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        => new(NonQueryExecuted(command, eventData, result));

    public override InterceptionResult DataReaderDisposing(
        DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Gate.Commands.Ended(command);
        return result;
    }

    // A save that has failed while its rows were read is undone as soon as they are given up, before anybody else sends something.
    public override InterceptionResult DataReaderClosing(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        if (SessionSlot.SessionOf(eventData.Context) is { Saves.MustUndo: true } session)
        {
            eventData.DataReader.Close();
            session.Gate.Commands.Ended(command);
            session.Saves.UndoAsync(async: false).Completed();
        }

        return result;
    }

    public override ValueTask<InterceptionResult> DataReaderClosingAsync(
        DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        return SessionSlot.SessionOf(eventData.Context) is { Saves.MustUndo: true } session
            ? UndoneAsync(session, command, eventData.DataReader, result)
            : new(result);

        static async ValueTask<InterceptionResult> UndoneAsync(
            Session session, DbCommand command, DbDataReader reader, InterceptionResult result)
        {
            await reader.CloseAsync().ConfigureAwait(false);
            session.Gate.Commands.Ended(command);
            await session.Saves.UndoAsync(async: true).ConfigureAwait(false);
            return result;
        }
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData)
        => SessionSlot.SessionOf(eventData.Context)?.Gate.Commands.Failed(command, eventData.Exception);

    public override Task CommandFailedAsync(
        DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandFailed(command, eventData);
        return Task.CompletedTask;
    }

    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData)
        => SessionSlot.SessionOf(eventData.Context)?.Gate.Commands.Failed(
            command, new OperationCanceledException("A command was cancelled."));

    public override Task CommandCanceledAsync(
        DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandCanceled(command, eventData);
        return Task.CompletedTask;
    }

    private static InterceptionResult<T> Begin<T>(DbCommand command, CommandEventData eventData, InterceptionResult<T> result)
    {
        if (SessionSlot.SessionOf(eventData.Context) is { } session && session.Opening.Owns(command))
        {
            session.Gate.BeginAsync(command, eventData, async: false, default).Completed();
            session.Gate.Commands.Prepare(command, eventData.CommandSource);
        }

        return result;
    }

    private static ValueTask<InterceptionResult<T>> BeginAsync<T>(
        DbCommand command, CommandEventData eventData, InterceptionResult<T> result, CancellationToken cancellationToken)
    {
        if (SessionSlot.SessionOf(eventData.Context) is not { } session || !session.Opening.Owns(command))
            return new(result);

        var begun = session.Gate.BeginAsync(command, eventData, async: true, cancellationToken);
        if (!begun.IsCompletedSuccessfully)
            return Awaited(begun, session, command, eventData, result);

        session.Gate.Commands.Prepare(command, eventData.CommandSource);
        return new(result);

        static async ValueTask<InterceptionResult<T>> Awaited(
            ValueTask begun, Session session, DbCommand command, CommandEventData eventData, InterceptionResult<T> result)
        {
            await begun.ConfigureAwait(false);
            session.Gate.Commands.Prepare(command, eventData.CommandSource);
            return result;
        }
    }
}
