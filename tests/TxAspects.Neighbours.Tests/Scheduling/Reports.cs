namespace TxAspects.Neighbours.Tests.Scheduling;

public sealed class Reports(DbConnect<ShopContext> shop, ReportWatch watch) : IReports
{
    public async Task WriteAsync(string name, CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(shop, cancellationToken);
        db.Orders.Add(new Order { Item = $"report of {name}" });
        Tx.OnCommitted(watch.Committed);
        Tx.OnRolledBack(watch.RolledBack);
        watch.Run();
    }
}
