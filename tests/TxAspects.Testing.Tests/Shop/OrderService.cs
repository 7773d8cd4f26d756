using Microsoft.EntityFrameworkCore;

namespace TxAspects.Testing.Tests.Shop;

public sealed class OrderService(DbConnect<ShopContext> connect, IAuditService audit, Lazy<IOrderService> self) : IOrderService
{
    public async Task PlaceAsync(Order order, bool fail = false)
    {
        (await Tx.SessionAsync(connect)).Orders.Add(order);
        if (fail)
            await FailAsync();
    }

    public async Task PlaceAuditedAsync(Order order, bool fail = false)
    {
        await audit.RecordAsync("audit of " + order.Item);
        await PlaceAsync(order, fail);
    }

    public async Task PlaceThenAuditAsync(Order order, bool fail = false)
    {
        await PlaceAsync(order);
        await (await Tx.SessionAsync(connect)).SaveChangesAsync();
        await audit.RecordAsync("audit of " + order.Item);
        if (fail)
            await FailAsync();
    }

    public async Task PlaceAllAsync(IReadOnlyList<Order> orders)
    {
        foreach (var order in orders)
            await self.Value.PlaceAsync(order);
    }

    public async Task<int> CountAsync() => await (await Tx.SessionAsync(connect)).Orders.CountAsync();

    private async Task FailAsync()
    {
        await (await Tx.SessionAsync(connect)).SaveChangesAsync();
        throw new InvalidOperationException("The order cannot be placed.");
    }
}
