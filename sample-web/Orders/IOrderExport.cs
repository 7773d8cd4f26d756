using TxAspects;

namespace SampleWeb.Orders;

/// <summary>All orders, row by row, however many there are.</summary>
[UnitOfWork(ReadOnly = true)]
public interface IOrderExport
{
    IAsyncEnumerable<Order> ReadAllAsync(CancellationToken cancellationToken = default);
}
