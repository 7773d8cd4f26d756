using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using TxAspects;

namespace SampleWeb.Workflows;

/// <inheritdoc/>
public sealed class Statistics : IStatistics
{
    public async Task<long> CountOrdersAsync()
    {
        var db = await Tx.SessionAsync(Shop.Master);
        return await db.Orders.LongCountAsync();
    }

    public async Task<decimal> SumSalesAsync()
    {
        var db = await Tx.SessionAsync(Shop.Master);
        return await db.Orders.SumAsync(order => order.Total);
    }

    public async Task<int> CountPiecesAsync()
    {
        var db = await Tx.SessionAsync(Shop.Master);
        return await db.Products.SumAsync(product => product.Stock);
    }
}
