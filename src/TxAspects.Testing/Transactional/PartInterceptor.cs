using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Sessions;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <summary>Turns EF Core's transactions into parts of the one around the test.</summary>
/// <remarks>Savepoints, those around saves among them, go past commands, and take turns like these.</remarks>
internal sealed class PartInterceptor(SharedConnection shared, Func<DbContext, bool> isOfUnit)
    : IDbTransactionInterceptor, IDbConnectionInterceptor
{
    public InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        shared.Reopening();
        return result;
    }

    public ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => new(ConnectionOpening(connection, eventData, result));

    public InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
        => InterceptionResult<DbTransaction>.SuppressWithResult(shared.Transaction);

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default)
        => new(TransactionStarting(connection, eventData, result));

    // Not before: the library's own interceptor may refuse the start.
    public DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        BeginAsync(eventData.Context!, async: false, default).Completed();
        return result;
    }

    public async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await BeginAsync(eventData.Context!, async: true, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public InterceptionResult TransactionCommitting(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        shared.CommitAsync(eventData.Context!, async: false).Completed();
        return InterceptionResult.Suppress();
    }

    public async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await shared.CommitAsync(eventData.Context!, async: true).ConfigureAwait(false);
        return InterceptionResult.Suppress();
    }

    public InterceptionResult TransactionRollingBack(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        shared.RollbackAsync(eventData.Context!, async: false).Completed();
        return InterceptionResult.Suppress();
    }

    public async ValueTask<InterceptionResult> TransactionRollingBackAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await shared.RollbackAsync(eventData.Context!, async: true).ConfigureAwait(false);
        return InterceptionResult.Suppress();
    }

    public InterceptionResult CreatingSavepoint(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        BeginSavepointAsync(eventData, async: false, default).Completed();
        return result;
    }

    public async ValueTask<InterceptionResult> CreatingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await BeginSavepointAsync(eventData, async: true, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => shared.Turns.CommandEnded(eventData.Context!);

    public Task CreatedSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        shared.Turns.CommandEnded(eventData.Context!);
        return Task.CompletedTask;
    }

    public InterceptionResult RollingBackToSavepoint(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        BeginSavepointAsync(eventData, async: false, default).Completed();
        return result;
    }

    public async ValueTask<InterceptionResult> RollingBackToSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await BeginSavepointAsync(eventData, async: true, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => shared.Turns.CommandEnded(eventData.Context!);

    public Task RolledBackToSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        shared.Turns.CommandEnded(eventData.Context!);
        return Task.CompletedTask;
    }

    public InterceptionResult ReleasingSavepoint(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
    {
        BeginSavepointAsync(eventData, async: false, default).Completed();
        return result;
    }

    public async ValueTask<InterceptionResult> ReleasingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await BeginSavepointAsync(eventData, async: true, cancellationToken).ConfigureAwait(false);
        return result;
    }

    public void ReleasedSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => shared.Turns.CommandEnded(eventData.Context!);

    public Task ReleasedSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        shared.Turns.CommandEnded(eventData.Context!);
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData)
        => shared.Turns.CommandEnded(eventData.Context!);

    public Task TransactionFailedAsync(
        DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        shared.Turns.CommandEnded(eventData.Context!);
        return Task.CompletedTask;
    }

    private ValueTask BeginAsync(DbContext context, bool async, CancellationToken cancellationToken)
        => shared.Turns.IsOwn(context)
            ? default
            : shared.BeginAsync(new Part(context, Tx.Current, isOfUnit(context)), async, cancellationToken);

    private ValueTask BeginSavepointAsync(TransactionEventData eventData, bool async, CancellationToken cancellationToken)
        => shared.CommandAsync(eventData.Context!, eventData.Context!, changes: true, async, cancellationToken);
}
