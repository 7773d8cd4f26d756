using Microsoft.EntityFrameworkCore;
using TxAspects;

namespace TxShop;

public sealed class Orders(DbConnect<ShopContext> shop) : IOrders
{
    private const int Stock = 10;

    public async Task<Order?> PlaceAsync(string item, int quantity)
    {
        var db = await Tx.SessionAsync(shop);
        var order = new Order { Item = item, Quantity = quantity };
        db.Orders.Add(order);

        // The row is sent here, because the next query counts it and the answer has its key.
        await db.SaveChangesAsync();

        var ordered = await db.Orders.Where(other => other.Item == item).SumAsync(other => other.Quantity);
        return ordered <= Stock ? order : null;
    }

    public async Task<List<Order>> ListAsync()
    {
        var db = await Tx.SessionAsync(shop);
        return await db.Orders.OrderBy(order => order.Id).ToListAsync();
    }
}
