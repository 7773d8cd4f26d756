using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>Tells a session of its saves. Stateless: one instance serves every context.</summary>
internal sealed class SaveInterceptor : SaveChangesInterceptor
{
    public static readonly SaveInterceptor Instance = new();

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Saves.SavingAsync(async: false).Completed();
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (SessionSlot.SessionOf(eventData.Context) is { } session)
            await session.Saves.SavingAsync(async: true).ConfigureAwait(false);

        return result;
    }

    // Called before any interceptor of the user's, so what these throw is not a failure of the save.
    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Saves.SavedAsync(async: false).Completed();
        return result;
    }

    public override async ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (SessionSlot.SessionOf(eventData.Context) is { } session)
            await session.Saves.SavedAsync(async: true).ConfigureAwait(false);
        return result;
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData)
        => FailedAsync(eventData, eventData.Exception, async: false).Completed();

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
        => FailedAsync(eventData, eventData.Exception, async: true).AsTask();

    public override void SaveChangesCanceled(DbContextEventData eventData)
        => FailedAsync(eventData, new OperationCanceledException("Saving changes was cancelled."), async: false).Completed();

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
        => FailedAsync(eventData, new OperationCanceledException("Saving changes was cancelled."), async: true).AsTask();

    private static async ValueTask FailedAsync(DbContextEventData eventData, Exception exception, bool async)
    {
        if (SessionSlot.SessionOf(eventData.Context) is not { } session)
            return;

        session.Saves.Failed(exception);
        await session.Saves.UndoAsync(async).ConfigureAwait(false);
        if (session.Saves.Last is { } last)
            await last.ConcludeAsync(isSaved: false, async).ConfigureAwait(false);
    }
}
