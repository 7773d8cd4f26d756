using TxAspects;

namespace TxShop;

public interface IOrders
{
    /// <summary>Places an order. It is committed when the call returns, and rolled back when it throws.</summary>
    /// <exception cref="OutOfStockException">Too few are left.</exception>
    [UnitOfWork]
    Task PlaceAsync(string item, int quantity);

    [UnitOfWork(ReadOnly = true)]
    Task<List<Order>> ListAsync();
}
