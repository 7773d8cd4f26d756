using Mediator;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Mediation;

public sealed class CancelOrdersHandler(ShopContext db) : ICommandHandler<CancelOrders>
{
    public async ValueTask<Unit> Handle(CancelOrders command, CancellationToken cancellationToken)
    {
        await db.Orders.ExecuteDeleteAsync(cancellationToken);
        return Unit.Value;
    }
}
