using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Connections;

/// <summary>Begins a session's transaction before its first command, and tells the session what failed and what was undone.</summary>
/// <remarks>Stateless: one instance serves every context. The facts behind it are F1 and F2 of the design.</remarks>
internal sealed partial class SessionInterceptor : DbCommandInterceptor, ISaveChangesInterceptor, IDbTransactionInterceptor
{
    public static readonly SessionInterceptor Instance = new();

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Begin(command, eventData);
        return result;
    }

    public override InterceptionResult<object> ScalarExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        Begin(command, eventData);
        return result;
    }

    public override InterceptionResult<int> NonQueryExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Begin(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        => BeginAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
        => BeginAsync(command, eventData, result, cancellationToken);

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        => BeginAsync(command, eventData, result, cancellationToken);

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Of(eventData.Context)?.Reading(command, result);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        => new(ReaderExecuted(command, eventData, result));

    public override object? ScalarExecuted(DbCommand command, CommandExecutedEventData eventData, object? result)
    {
        Of(eventData.Context)?.Finished(command);
        return result;
    }

    public override ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
        => new(ScalarExecuted(command, eventData, result));

    public override int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        Of(eventData.Context)?.Finished(command);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        => new(NonQueryExecuted(command, eventData, result));

    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Of(eventData.Context)?.Finished(command);
        return result;
    }

    public override void CommandFailed(DbCommand command, CommandErrorEventData eventData)
        => Of(eventData.Context)?.CommandFailed(command, eventData.Exception);

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandFailed(command, eventData);
        return Task.CompletedTask;
    }

    public override void CommandCanceled(DbCommand command, CommandEndEventData eventData)
        => Of(eventData.Context)?.CommandFailed(command, new OperationCanceledException("A command was cancelled."));

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        CommandCanceled(command, eventData);
        return Task.CompletedTask;
    }

    public InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Of(eventData.Context)?.SavingAsync(async: false).Completed();
        return result;
    }

    public async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Of(eventData.Context) is { } session)
            await session.SavingAsync(async: true).ConfigureAwait(false);

        return result;
    }

    public int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Of(eventData.Context)?.Saved();
        return result;
    }

    public ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
        => new(SavedChanges(eventData, result));

    public void SaveChangesFailed(DbContextErrorEventData eventData)
        => SaveFailedAsync(eventData, eventData.Exception, async: false).Completed();

    public Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
        => SaveFailedAsync(eventData, eventData.Exception, async: true).AsTask();

    public void SaveChangesCanceled(DbContextEventData eventData)
        => SaveFailedAsync(eventData, new OperationCanceledException("Saving changes was cancelled."), async: false).Completed();

    public Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
        => SaveFailedAsync(eventData, new OperationCanceledException("Saving changes was cancelled."), async: true).AsTask();

    // EF Core reports an optimistic concurrency failure here and not as SaveChangesFailed, while the reader of the save is still open.
    public InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        if (!result.IsSuppressed)
            Of(eventData.Context)?.SaveFailed(eventData.Exception);

        return result;
    }

    public ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => new(ThrowingConcurrencyException(eventData, result));

    public override InterceptionResult DataReaderClosing(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        if (Of(eventData.Context) is { MustUndoSave: true } session)
        {
            eventData.DataReader.Close();
            session.Finished(command);
            session.UndoFailedSaveAsync(async: false).Completed();
        }

        return result;
    }

    public override async ValueTask<InterceptionResult> DataReaderClosingAsync(
        DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
    {
        if (Of(eventData.Context) is { MustUndoSave: true } session)
        {
            await eventData.DataReader.CloseAsync().ConfigureAwait(false);
            session.Finished(command);
            await session.UndoFailedSaveAsync(async: true).ConfigureAwait(false);
        }

        return result;
    }

    public InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
    {
        Of(eventData.Context)?.TransactionStarting();
        return result;
    }

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
        => new(TransactionStarting(connection, eventData, result));

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        if (result.IsSuppressed || Of(eventData.Context) is not { } session)
            return result;

        session.CommitOnServerAsync(transaction, async: false).Completed();
        return InterceptionResult.Suppress();
    }

    // The user's own commit comes here too, and its token ends here.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (result.IsSuppressed || Of(eventData.Context) is not { } session)
            return result;

        await session.CommitOnServerAsync(transaction, async: true).ConfigureAwait(false);
        return InterceptionResult.Suppress();
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData)
        => Of(eventData.Context)?.TransactionCommitted();

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        TransactionCommitted(transaction, eventData);
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData)
        => Of(eventData.Context)?.TransactionRolledBack();

    public Task TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        TransactionRolledBack(transaction, eventData);
        return Task.CompletedTask;
    }

    private static Session? Of(DbContext? context)
    {
        try
        {
            return context is null ? null : SessionSlot.Of(context)?.Session;
        }
        catch (ObjectDisposedException)
        {
            return null;    // A reader that outlived its context is being disposed.
        }
    }

    private static async ValueTask SaveFailedAsync(DbContextEventData eventData, Exception exception, bool async)
    {
        if (Of(eventData.Context) is not { } session)
            return;

        session.SaveFailed(exception);
        await session.UndoFailedSaveAsync(async).ConfigureAwait(false);
    }

    private static void Begin(DbCommand command, CommandEventData eventData)
    {
        if (Of(eventData.Context) is { } session && session.Owns(command))
        {
            session.BeginAsync(async: false, default).Completed();
            session.Prepare(command);
        }
    }

    private static ValueTask<InterceptionResult<T>> BeginAsync<T>(
        DbCommand command, CommandEventData eventData, InterceptionResult<T> result, CancellationToken cancellationToken)
    {
        if (Of(eventData.Context) is not { } session || !session.Owns(command))
            return new(result);

        var begun = session.BeginAsync(async: true, cancellationToken);
        if (!begun.IsCompletedSuccessfully)
            return Awaited(begun, session, command, result);

        session.Prepare(command);
        return new(result);

        static async ValueTask<InterceptionResult<T>> Awaited(
            ValueTask begun, Session session, DbCommand command, InterceptionResult<T> result)
        {
            await begun.ConfigureAwait(false);
            session.Prepare(command);
            return result;
        }
    }
}
