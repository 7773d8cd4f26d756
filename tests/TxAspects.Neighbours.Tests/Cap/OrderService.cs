using DotNetCore.CAP;

namespace TxAspects.Neighbours.Tests.Cap;

public sealed class OrderService(DbConnect<ShopContext> shop, ICapPublisher publisher) : IOrderService
{
    public async Task<int> PlaceAsync(string item, bool fails)
    {
        var db = await Tx.SessionAsync(shop);
        var order = db.Orders.Add(new Order { Item = item }).Entity;
        await db.SaveChangesAsync();    // the database gives the id, which the message has
        await publisher.PublishAsync("orders.placed", order.Id);
        if (fails)
            throw new OutOfStockException();
        return order.Id;
    }
}
