using Mediator;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Mediation;

public sealed class CountOrdersHandler(DbConnect<ShopContext> shop) : IQueryHandler<CountOrders, int>
{
    private ShopContext Db => Tx.Session(shop);

    public async ValueTask<int> Handle(CountOrders query, CancellationToken cancellationToken)
    {
        if (query.Writes)
            Db.Orders.Add(new Order { Item = "by a query" });
        return await Db.Orders.CountAsync(cancellationToken);
    }
}
