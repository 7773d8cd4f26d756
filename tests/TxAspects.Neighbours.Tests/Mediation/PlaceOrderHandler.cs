using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

public sealed class PlaceOrderHandler(DbConnect<ShopContext> shop, IPublisher publisher) : ICommandHandler<PlaceOrder, Result>
{
    private ShopContext Db => Tx.Session(shop);

    public async ValueTask<Result> Handle(PlaceOrder command, CancellationToken cancellationToken)
    {
        Db.Orders.Add(new Order { Item = command.Item });
        await publisher.Publish(new OrderPlaced(command.Item), cancellationToken);
        return command.Item == "unicorn" ? new Result("There are no unicorns.") : new Result();
    }
}
