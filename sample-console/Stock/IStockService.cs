using SampleConsole.Orders;
using TxAspects;

namespace SampleConsole.Stock;

/// <summary>Takes goods out of the stock and puts them back. Joins the caller's unit of work.</summary>
[UnitOfWork]
public interface IStockService
{
    /// <exception cref="OutOfStockException">Too few are left of a product.</exception>
    Task TakeAsync(Order sale, CancellationToken cancellationToken = default);

    Task PutBackAsync(Order refund, CancellationToken cancellationToken = default);
}
