using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Sessions;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <summary>Turns EF Core's transactions into parts of the one around the test.</summary>
internal sealed partial class PartInterceptor(SharedConnection shared, Func<DbContext, bool> isOfUnit) : DbCommandInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor
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
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
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

    private ValueTask BeginAsync(DbContext context, bool async, CancellationToken cancellationToken)
        => shared.IsOwn(context) ? default : shared.BeginAsync(new Part(context, Tx.Current, isOfUnit(context)), async, cancellationToken);
}
