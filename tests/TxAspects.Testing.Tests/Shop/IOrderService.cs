namespace TxAspects.Testing.Tests.Shop;

[UnitOfWork]
public interface IOrderService
{
    /// <summary>Adds an order, and fails afterwards where it is told to.</summary>
    Task PlaceAsync(Order order, bool fail = false);

    /// <summary>Adds an audit row in a unit of its own before the order.</summary>
    Task PlaceAuditedAsync(Order order, bool fail = false);

    /// <summary>Adds an order, and an audit row while the order is not committed.</summary>
    Task PlaceThenAuditAsync(Order order, bool fail = false);

    /// <summary>Adds all, each in a joined call.</summary>
    Task PlaceAllAsync(IReadOnlyList<Order> orders);

    [UnitOfWork(ReadOnly = true)]
    Task<int> CountAsync();
}
