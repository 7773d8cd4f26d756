using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>Does something, such as throwing, when EF Core tells it of one point, while it is armed.</summary>
public sealed class ThrowingInterceptor(Point point, Action? act = null)
    : DbCommandInterceptor, IDbConnectionInterceptor, IDbTransactionInterceptor, ISaveChangesInterceptor
{
    public bool IsArmed { get; set; }

    public bool HasActed { get; private set; }

    private T At<T>(Point here, T result)
    {
        if (!IsArmed || here != point)
            return result;

        HasActed = true;
        if (act is null)
            throw new UnitFailure();
        act();
        return result;
    }

    private ValueTask<T> AtAsync<T>(Point here, T result) => new(At(here, result));

    private Task AtAsync(Point here)
    {
        At(here, 0);
        return Task.CompletedTask;
    }

    InterceptionResult IDbConnectionInterceptor.ConnectionOpening(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        => At(Point.ConnectionOpening, result);

    ValueTask<InterceptionResult> IDbConnectionInterceptor.ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
        => AtAsync(Point.ConnectionOpening, result);

    void IDbConnectionInterceptor.ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        => At(Point.ConnectionOpened, 0);

    Task IDbConnectionInterceptor.ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken)
        => AtAsync(Point.ConnectionOpened);

    InterceptionResult IDbConnectionInterceptor.ConnectionClosing(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        => At(Point.ConnectionClosing, result);

    ValueTask<InterceptionResult> IDbConnectionInterceptor.ConnectionClosingAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        => AtAsync(Point.ConnectionClosing, result);

    void IDbConnectionInterceptor.ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData)
        => At(Point.ConnectionClosed, 0);

    Task IDbConnectionInterceptor.ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
        => AtAsync(Point.ConnectionClosed);

    InterceptionResult<DbTransaction> IDbTransactionInterceptor.TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
        => At(Point.TransactionStarting, result);

    ValueTask<InterceptionResult<DbTransaction>> IDbTransactionInterceptor.TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken)
        => AtAsync(Point.TransactionStarting, result);

    DbTransaction IDbTransactionInterceptor.TransactionStarted(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
        => At(Point.TransactionStarted, result);

    ValueTask<DbTransaction> IDbTransactionInterceptor.TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken)
        => AtAsync(Point.TransactionStarted, result);

    InterceptionResult IDbTransactionInterceptor.TransactionCommitting(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        => At(Point.TransactionCommitting, result);

    ValueTask<InterceptionResult> IDbTransactionInterceptor.TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
        => AtAsync(Point.TransactionCommitting, result);

    void IDbTransactionInterceptor.TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData)
        => At(Point.TransactionCommitted, 0);

    Task IDbTransactionInterceptor.TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken)
        => AtAsync(Point.TransactionCommitted);

    InterceptionResult IDbTransactionInterceptor.TransactionRollingBack(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        => At(Point.TransactionRollingBack, result);

    ValueTask<InterceptionResult> IDbTransactionInterceptor.TransactionRollingBackAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
        => AtAsync(Point.TransactionRollingBack, result);

    void IDbTransactionInterceptor.TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData)
        => At(Point.TransactionRolledBack, 0);

    Task IDbTransactionInterceptor.TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken)
        => AtAsync(Point.TransactionRolledBack);

    InterceptionResult IDbTransactionInterceptor.CreatingSavepoint(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        => At(Point.CreatingSavepoint, result);

    ValueTask<InterceptionResult> IDbTransactionInterceptor.CreatingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
        => AtAsync(Point.CreatingSavepoint, result);

    void IDbTransactionInterceptor.CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => At(Point.CreatedSavepoint, 0);

    Task IDbTransactionInterceptor.CreatedSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken)
        => AtAsync(Point.CreatedSavepoint);

    InterceptionResult IDbTransactionInterceptor.ReleasingSavepoint(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        => At(Point.ReleasingSavepoint, result);

    ValueTask<InterceptionResult> IDbTransactionInterceptor.ReleasingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
        => AtAsync(Point.ReleasingSavepoint, result);

    public override DbCommand CommandCreated(CommandEndEventData eventData, DbCommand result) => At(Point.CommandCreated, result);

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        => At(Point.ReaderExecuting, result);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
        => AtAsync(Point.ReaderExecuting, result);

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
        => At(Point.ReaderExecuted, result);

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        => AtAsync(Point.ReaderExecuted, result);

    public override InterceptionResult DataReaderClosing(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
        => At(Point.DataReaderClosing, result);

    public override ValueTask<InterceptionResult> DataReaderClosingAsync(
        DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
        => AtAsync(Point.DataReaderClosing, result);

    public override InterceptionResult DataReaderDisposing(
        DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
        => At(Point.DataReaderDisposing, result);

    InterceptionResult<int> ISaveChangesInterceptor.SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        => At(Point.SavingChanges, result);

    ValueTask<InterceptionResult<int>> ISaveChangesInterceptor.SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken)
        => AtAsync(Point.SavingChanges, result);

    int ISaveChangesInterceptor.SavedChanges(SaveChangesCompletedEventData eventData, int result) => At(Point.SavedChanges, result);

    ValueTask<int> ISaveChangesInterceptor.SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken)
        => AtAsync(Point.SavedChanges, result);

    void ISaveChangesInterceptor.SaveChangesFailed(DbContextErrorEventData eventData) => At(Point.SaveChangesFailed, 0);

    Task ISaveChangesInterceptor.SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken)
        => AtAsync(Point.SaveChangesFailed);
}

/// <summary>Points of which EF Core tells its interceptors.</summary>
public enum Point
{
    ConnectionOpening,
    ConnectionOpened,
    ConnectionClosing,
    ConnectionClosed,
    TransactionStarting,
    TransactionStarted,
    TransactionCommitting,
    TransactionCommitted,
    TransactionRollingBack,
    TransactionRolledBack,
    CreatingSavepoint,
    CreatedSavepoint,
    ReleasingSavepoint,
    CommandCreated,
    ReaderExecuting,
    ReaderExecuted,
    DataReaderClosing,
    DataReaderDisposing,
    SavingChanges,
    SavedChanges,
    SaveChangesFailed,
}
