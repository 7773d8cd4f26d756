using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Soak;

/// <summary>An interceptor that is called before a save alone, so that a save may take its commit along.</summary>
public sealed class SavingInterceptor : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        UserInterceptor.Before(eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        => new(SavingChanges(eventData, result));
}
