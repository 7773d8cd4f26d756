using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.EntityFramework.Interceptors;

/// <summary>
/// Tells a session of an optimistic concurrency failure, which EF Core reports in no other way. It comes after the interceptors of the user's, because one of them may let the
/// save go on.
/// </summary>
internal sealed class ConcurrencyInterceptor : SaveChangesInterceptor
{
    public static readonly ConcurrencyInterceptor Instance = new();

    public override InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
    {
        if (!result.IsSuppressed)
            SessionSlot.SessionOf(eventData.Context)?.Saves.Failed(eventData.Exception);

        return result;
    }

    public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
        ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        => new(ThrowingConcurrencyException(eventData, result));
}
