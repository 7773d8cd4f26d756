namespace TxAspects.Neighbours.Tests.Events;

public interface IDomainEventHandler
{
    Task HandleAsync(object domainEvent, CancellationToken cancellationToken);
}
