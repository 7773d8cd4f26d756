namespace TxAspects.Neighbours.Tests.Events;

/// <summary>An object of the domain that tells what happened to it.</summary>
public abstract class Entity
{
    private readonly List<object> _events = [];

    public IReadOnlyList<object> TakeEvents()
    {
        object[] events = [.. _events];
        _events.Clear();
        return events;
    }

    protected void Raise(object domainEvent) => _events.Add(domainEvent);
}
