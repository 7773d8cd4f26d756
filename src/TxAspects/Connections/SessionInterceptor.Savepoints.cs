using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Connections;

/// <content>Savepoints: those around saves are the session's to make.</content>
internal sealed partial class SessionInterceptor
{
    public InterceptionResult CreatingSavepoint(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        => !result.IsSuppressed && Of(eventData.Context) is { } session && session.CreateSaveSavepointAsync(transaction, async: false, default).Completed()
            ? InterceptionResult.Suppress()
            : result;

    public async ValueTask<InterceptionResult> CreatingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => !result.IsSuppressed && Of(eventData.Context) is { } session &&
           await session.CreateSaveSavepointAsync(transaction, async: true, cancellationToken).ConfigureAwait(false)
            ? InterceptionResult.Suppress()
            : result;

    public InterceptionResult RollingBackToSavepoint(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        => !result.IsSuppressed && Of(eventData.Context) is { } session && session.RollbackToSaveSavepointAsync(transaction, async: false, default).Completed()
            ? InterceptionResult.Suppress()
            : result;

    public async ValueTask<InterceptionResult> RollingBackToSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => !result.IsSuppressed && Of(eventData.Context) is { } session &&
           await session.RollbackToSaveSavepointAsync(transaction, async: true, cancellationToken).ConfigureAwait(false)
            ? InterceptionResult.Suppress()
            : result;

    public InterceptionResult ReleasingSavepoint(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        => !result.IsSuppressed && Of(eventData.Context) is { } session && session.KeepsSaveSavepoint() ? InterceptionResult.Suppress() : result;

    public ValueTask<InterceptionResult> ReleasingSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => new(ReleasingSavepoint(transaction, eventData, result));

    public void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData)
        => Of(eventData.Context)?.FailureUndone();

    public Task RolledBackToSavepointAsync(
        DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
    {
        RolledBackToSavepoint(transaction, eventData);
        return Task.CompletedTask;
    }
}
