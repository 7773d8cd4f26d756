using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using TxAspects;

namespace SampleWeb.Orders;

/// <inheritdoc/>
public sealed class OrderExport : IOrderExport
{
    public async IAsyncEnumerable<Order> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        await foreach (var order in db.Orders.OrderBy(order => order.PlacedAt).AsAsyncEnumerable().WithCancellation(cancellationToken))
            yield return order;
    }
}
