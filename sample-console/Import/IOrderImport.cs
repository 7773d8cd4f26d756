using SampleConsole.Orders;
using SampleConsole.Stock;
using TxAspects;

namespace SampleConsole.Import;

/// <summary>Imports orders, each in a unit of work of its own.</summary>
public interface IOrderImport
{
    /// <summary>Puts an order into stock, orders and ledger; all of it or nothing. Most failures are returned, one is thrown.</summary>
    /// <exception cref="OutOfStockException">Too few are left of a product.</exception>
    [UnitOfWork]
    Task<ImportResult> ImportAsync(Order order, CancellationToken cancellationToken = default);
}
