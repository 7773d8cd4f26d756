using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Neighbours.Tests.Events;

/// <summary>Dispatches what entities have raised, in the transaction of the save, until nothing more is raised.</summary>
public sealed class DomainEventInterceptor(IEnumerable<IDomainEventHandler> handlers) : SaveChangesInterceptor
{
    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        while (TakeEvents(eventData.Context!) is { Length: > 0 } events)
        {
            foreach (var domainEvent in events)
            {
                foreach (var handler in handlers)
                    await handler.HandleAsync(domainEvent, cancellationToken);
            }
        }

        return result;
    }

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        => TakeEvents(eventData.Context!).Length == 0
            ? result
            : throw new NotSupportedException("Domain events are handled asynchronously. Use SaveChangesAsync, in an asynchronous unit.");

    private static object[] TakeEvents(DbContext db)
        => db.ChangeTracker.Entries<Entity>().ToArray().SelectMany(entry => entry.Entity.TakeEvents()).ToArray();
}
