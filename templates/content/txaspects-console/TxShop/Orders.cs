using Microsoft.EntityFrameworkCore;
using TxAspects;

namespace TxShop;

public sealed class Orders(DbConnect<ShopContext> shop) : IOrders
{
    private const int Stock = 10;

    public async Task PlaceAsync(string item, int quantity)
    {
        var db = await Tx.SessionAsync(shop);
        db.Orders.Add(new Order { Item = item, Quantity = quantity });

        // The row is sent here, because the next query counts it. Without this line the commit would save it.
        await db.SaveChangesAsync();

        if (await db.Orders.Where(order => order.Item == item).SumAsync(order => order.Quantity) > Stock)
            throw new OutOfStockException(item);
    }

    public async Task<List<Order>> ListAsync()
    {
        var db = await Tx.SessionAsync(shop);
        return await db.Orders.OrderBy(order => order.Id).ToListAsync();
    }
}
