using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

public sealed class OrderPlacedHandler(DbConnect<ShopContext> shop) : INotificationHandler<OrderPlaced>
{
    public ValueTask Handle(OrderPlaced notification, CancellationToken cancellationToken)
    {
        if (notification.Item == "dodo")
            throw new OutOfStockException();

        Tx.Session(shop).Orders.Add(new Order { Item = $"gift for {notification.Item}" });
        return ValueTask.CompletedTask;
    }
}
