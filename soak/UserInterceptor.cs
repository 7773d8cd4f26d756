using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Soak;

/// <summary>An interceptor as users have them: around a save it writes one more row, or throws, as the step that saves asks.</summary>
public sealed class UserInterceptor : SaveChangesInterceptor
{
    private static readonly AsyncLocal<Request?> Asked = new();

    /// <summary>What the next save in this flow is to meet.</summary>
    public static Request? Next
    {
        set => Asked.Value = value;
    }

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Before(eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        => new(SavingChanges(eventData, result));

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
        => Asked.Value is { ThrowsAfter: true } ? throw new DeliberateException() : result;

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
        => new(SavedChanges(eventData, result));

    /// <summary>Does what is asked for before a save.</summary>
    public static void Before(DbContextEventData eventData)
    {
        if (Asked.Value is not { } request)
            return;

        if (request.Writes is { } id)
        {
            eventData.Context!.Add(new Row { Id = id, Amount = 6 });
            request.HasWritten = true;
        }

        if (request.ThrowsBefore)
            throw new DeliberateException();
    }

    /// <summary>What one save is to meet.</summary>
    public sealed class Request
    {
        /// <summary>The row to write, or null.</summary>
        public int? Writes { get; init; }

        public bool ThrowsBefore { get; init; }

        public bool ThrowsAfter { get; init; }

        public bool HasWritten { get; set; }
    }
}
