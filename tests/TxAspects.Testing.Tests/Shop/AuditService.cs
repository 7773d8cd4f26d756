namespace TxAspects.Testing.Tests.Shop;

public sealed class AuditService(DbConnect<ShopContext> connect) : IAuditService
{
    public async Task RecordAsync(string item, bool fail = false)
    {
        var db = await Tx.SessionAsync(connect);
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
        if (fail)
            throw new InvalidOperationException("The audit row cannot be written.");
    }
}
