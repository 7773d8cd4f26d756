using SampleWeb.Database;
using SampleWeb.Ledger;
using SampleWeb.Stock;
using TxAspects;

namespace SampleWeb.Orders;

/// <inheritdoc/>
public sealed class OrderService(IStock stock, ILedger ledger) : IOrders
{
    public async Task<Order> PlaceAsync(string buyer, string sku, int quantity = 1)
    {
        var id = Guid.CreateVersion7();
        OrderTrace.Want(new(id, buyer, sku, quantity));

        var price = await stock.TakeAsync(sku, quantity);
        var order = new Order { Id = id, Buyer = buyer, Sku = sku, Quantity = quantity, Total = price * quantity, TraceId = OrderTrace.Id };
        var db = await Tx.SessionAsync(Shop.Master);
        db.Orders.Add(order);
        await stock.BookAsync(order);
        await ledger.BookAsync(order);
        await db.SaveChangesAsync();
        return order;
    }
}
