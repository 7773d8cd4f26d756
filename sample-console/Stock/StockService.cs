using Microsoft.EntityFrameworkCore;
using SampleConsole.Database;
using SampleConsole.Orders;
using TxAspects;

namespace SampleConsole.Stock;

/// <inheritdoc/>
public sealed class StockService : IStockService
{
    public async Task TakeAsync(Order sale, CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        foreach (var (sku, quantity) in QuantitiesOf(sale))
        {
            // Test and decrement are one statement: orders that run in parallel can never take the same piece twice.
            var taken = await db.Products
                .Where(product => product.Sku == sku && product.Stock >= quantity)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Stock, row => row.Stock - quantity), cancellationToken);
            if (taken == 0)
                throw new OutOfStockException(sku, quantity);
        }
    }

    public async Task PutBackAsync(Order refund, CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        foreach (var (sku, quantity) in QuantitiesOf(refund))
        {
            await db.Products
                .Where(product => product.Sku == sku)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Stock, row => row.Stock + quantity), cancellationToken);
        }
    }

    // Every order locks its products in the same sequence, so no two orders can wait for each other.
    private static IEnumerable<(string Sku, int Quantity)> QuantitiesOf(Order order)
        => from line in order.Lines
           group line.Quantity by line.Sku into quantities
           orderby quantities.Key
           select (quantities.Key, quantities.Sum());
}
