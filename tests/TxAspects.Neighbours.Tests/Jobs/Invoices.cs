namespace TxAspects.Neighbours.Tests.Jobs;

public sealed class Invoices(DbConnect<ShopContext> shop, JobWatch watch) : IInvoices
{
    private ShopContext Db => Tx.Session(shop);

    public async Task WriteAsync(string item, CancellationToken cancellationToken)
    {
        Db.Orders.Add(new Order { Item = $"invoice for {item}" });
        await Db.SaveChangesAsync(cancellationToken);
        watch.Ran();
        Tx.OnCommitted(watch.Committed);
    }
}
