using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>Sees a transaction start, before any interceptor of the user's does. Stateless: one instance serves every context.</summary>
internal sealed class TransactionStartInterceptor : DbTransactionInterceptor
{
    public static readonly TransactionStartInterceptor Instance = new();

    public override InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
        => SessionSlot.SessionOf(eventData.Context)?.Gate.Start.Starting(eventData.IsolationLevel) is { } level
            ? InterceptionResult<DbTransaction>.SuppressWithResult(connection.BeginTransaction(level))
            : result;

    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default)
        => SessionSlot.SessionOf(eventData.Context)?.Gate.Start.Starting(eventData.IsolationLevel) is { } level
            ? InterceptionResult<DbTransaction>.SuppressWithResult(
                await connection.BeginTransactionAsync(level, cancellationToken).ConfigureAwait(false))
            : result;

    public override DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Gate.Start.StartedAsync(result, async: false, default).Completed();
        return result;
    }

    public override async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        if (SessionSlot.SessionOf(eventData.Context) is { } session)
            await session.Gate.Start.StartedAsync(result, async: true, cancellationToken).ConfigureAwait(false);
        return result;
    }
}
