using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Components;

public sealed class OrderDesk(DbConnect<ShopContext> shop) : IOrderDesk
{
    public async Task<int> OrderAsync(string item)
    {
        var db = await Tx.SessionAsync(shop);
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
        if (item == "unicorn")
            throw new OutOfStockException();
        return await db.Orders.CountAsync();
    }
}
