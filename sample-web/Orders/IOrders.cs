using SampleWeb.Stock;
using TxAspects;

namespace SampleWeb.Orders;

/// <summary>Places orders: stock, order and ledger in one unit of work, all of it or nothing.</summary>
public interface IOrders
{
    /// <exception cref="OutOfStockException">Too few are left.</exception>
    /// <exception cref="NoSuchProductException">The shop has no such product.</exception>
    [UnitOfWork]
    Task<Order> PlaceAsync(string buyer, string sku, int quantity = 1);
}
