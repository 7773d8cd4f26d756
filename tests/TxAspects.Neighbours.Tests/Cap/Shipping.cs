namespace TxAspects.Neighbours.Tests.Cap;

/// <summary>Ships an order once, however often the message comes: the order itself says whether that was done.</summary>
public sealed class Shipping(DbConnect<ShopContext> shop) : IShipping
{
    public async Task ShipAsync(int order)
    {
        var db = await Tx.SessionAsync(shop);
        var placed = await db.Orders.FindAsync(order) ?? throw new InvalidOperationException("There is no such order.");
        if (!placed.Item.EndsWith(", shipped", StringComparison.Ordinal))
            placed.Item += ", shipped";
    }
}
