using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>Tells a session of its saves. Stateless: one instance serves every context.</summary>
/// <param name="isOnly">Whether the application has no interceptors, so that nobody lets a save go on that has failed.</param>
internal sealed class SaveInterceptor(bool isOnly) : SaveChangesInterceptor
{
    public static readonly SaveInterceptor Instance = new(isOnly: false);

    /// <summary>For a context in which the application has no interceptors.</summary>
    public static readonly SaveInterceptor Only = new(isOnly: true);

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Saves.SavingAsync(async: false).Completed();
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        => SessionSlot.SessionOf(eventData.Context)?.Saves.SavingAsync(async: true).Then(result) ?? new(result);

    // Called before any interceptor of the user's, so what these throw is not a failure of the save.
    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        SessionSlot.SessionOf(eventData.Context)?.Saves.SavedAsync(async: false).Completed();
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
        => SessionSlot.SessionOf(eventData.Context)?.Saves.SavedAsync(async: true).Then(result) ?? new(result);

    // Where there are others, one of them may let it pass, so who comes last tells it.
    public override InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
        => isOnly ? ConcurrencyInterceptor.Instance.ThrowingConcurrencyException(eventData, result) : result;

    public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => new(ThrowingConcurrencyException(eventData, result));

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
