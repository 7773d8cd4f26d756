using TxAspects.Neighbours.Tests.Events;

namespace TxAspects.Neighbours.Tests;

public sealed class Order : Entity
{
    public int Id { get; init; }

    public required string Item { get; set; }

    public int Quantity { get; set; } = 1;

    public void Ship()
    {
        Quantity--;
        Raise(new OrderShipped(Item));
    }

    /// <summary>Raises an event and changes nothing.</summary>
    public void See() => Raise(new OrderSeen(Item));
}
