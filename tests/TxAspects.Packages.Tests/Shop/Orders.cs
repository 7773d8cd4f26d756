using Microsoft.EntityFrameworkCore;

namespace TxAspects.Packages.Tests.Shop;

public sealed class Orders(DbConnect<ShopContext> shop) : IOrders
{
    public async Task PlaceAsync(string item)
    {
        var db = await Tx.SessionAsync(shop);
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
        if (item == "nothing")
            throw new InvalidOperationException("There is no such item.");
    }

    public async Task<int> CountAsync() => await (await Tx.SessionAsync(shop)).Orders.CountAsync();
}
