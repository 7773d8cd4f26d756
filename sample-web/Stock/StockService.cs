using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Stock;

/// <inheritdoc/>
public sealed class StockService : IStock
{
    public async Task<decimal> TakeAsync(string sku, int quantity)
    {
        // Test and decrement are one statement: orders that run in parallel can never take the same piece twice.
        var db = await Tx.SessionAsync(Shop.Master);
        var taken = await db.Products
            .Where(product => product.Sku == sku && product.Stock >= quantity)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Stock, row => row.Stock - quantity));
        var price = await db.Products.Where(product => product.Sku == sku).Select(product => (decimal?)product.Price)
            .SingleOrDefaultAsync();
        if (price is null)
            throw new NoSuchProductException(sku);

        return taken > 0 ? price.Value : throw new OutOfStockException(sku, quantity);
    }

    public async Task BookAsync(Order order)
    {
        var db = await Tx.SessionAsync(Shop.Master);
        db.StockMovements.Add(new StockMovement { Sku = order.Sku, OrderId = order.Id, Quantity = -order.Quantity });
    }

    public async Task SupplyAsync(string sku, int quantity)
    {
        var db = await Tx.SessionAsync(Shop.Master);
        var supplied = await db.Products
            .Where(product => product.Sku == sku)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Stock, row => row.Stock + quantity));
        if (supplied == 0)
            throw new NoSuchProductException(sku);

        db.StockMovements.Add(new StockMovement { Sku = sku, Quantity = quantity });
    }
}
