using TxAspects;

namespace TxShop;

/// <summary>Its calls join the unit of the request. Outside a request each is a unit of its own.</summary>
public interface IOrders
{
    /// <summary>Places an order; null where too few are left.</summary>
    [UnitOfWork]
    Task<Order?> PlaceAsync(string item, int quantity);

    [UnitOfWork(ReadOnly = true)]
    Task<List<Order>> ListAsync();
}
