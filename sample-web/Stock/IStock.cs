using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Stock;

/// <summary>What is on the shelves. Joins the caller's unit of work.</summary>
[UnitOfWork]
public interface IStock
{
    /// <returns>The price of one.</returns>
    /// <exception cref="OutOfStockException">Too few are left.</exception>
    /// <exception cref="NoSuchProductException">The shop has no such product.</exception>
    Task<decimal> TakeAsync(string sku, int quantity);

    /// <summary>Writes down what the order took.</summary>
    Task BookAsync(Order order);

    /// <summary>Puts new goods on the shelf.</summary>
    /// <exception cref="NoSuchProductException">The shop has no such product.</exception>
    Task SupplyAsync(string sku, int quantity);
}
