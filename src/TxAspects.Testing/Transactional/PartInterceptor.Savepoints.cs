using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using TxAspects.Sessions;
using TxAspects.Testing.Watching;

namespace TxAspects.Testing.Transactional;

/// <content>Savepoints, those around saves among them: they go past commands, and take turns like these.</content>
internal sealed partial class PartInterceptor
{
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

    public void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData) => shared.CommandEnded(eventData.Context!);

    public Task CreatedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
        => Task.FromResult(Ended(eventData.Context!, 0));

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

    public void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData) => shared.CommandEnded(eventData.Context!);

    public Task RolledBackToSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
        => Task.FromResult(Ended(eventData.Context!, 0));

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

    public void ReleasedSavepoint(DbTransaction transaction, TransactionEventData eventData) => shared.CommandEnded(eventData.Context!);

    public Task ReleasedSavepointAsync(DbTransaction transaction, TransactionEventData eventData, CancellationToken cancellationToken = default)
        => Task.FromResult(Ended(eventData.Context!, 0));

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => shared.CommandEnded(eventData.Context!);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
        => Task.FromResult(Ended(eventData.Context!, 0));

    private ValueTask BeginSavepointAsync(TransactionEventData eventData, bool async, CancellationToken cancellationToken)
        => shared.CommandAsync(eventData.Context!, eventData.Context!, changes: true, async, cancellationToken);
}
