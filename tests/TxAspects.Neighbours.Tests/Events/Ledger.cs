namespace TxAspects.Neighbours.Tests.Events;

/// <summary>Writes a row for each event, in the session that is being saved.</summary>
public sealed class Ledger(DbConnect<ShopContext> shop) : IDomainEventHandler
{
    public Task HandleAsync(object domainEvent, CancellationToken cancellationToken)
    {
        var item = domainEvent is OrderShipped shipped ? shipped.Item : "something";
        if (item == "unicorn")
            throw new OutOfStockException();

        Tx.Session(shop).Orders.Add(new Order { Item = $"{item} was shipped" });
        Tx.OnCommitted(() => Mails.Add(item));
        return Task.CompletedTask;
    }

    /// <summary>What is told to the outside, once it is certain.</summary>
    public List<string> Mails { get; } = [];
}
