using Wolverine.EntityFrameworkCore;
using Wolverine.Runtime;

namespace TxAspects.Neighbours.Tests.Wolverines;

/// <summary>Publishes with Wolverine in the transaction of the unit. Each message has an outbox of its own.</summary>
public sealed class UnitBus(IWolverineRuntime wolverine, DbConnect<ShopContext> shop)
{
    public async Task PublishAsync<T>(T message)
    {
        await Tx.ConnectionAsync(shop);    // open, and in the transaction
        var outbox = new DbContextOutbox(wolverine, []);
        outbox.Enroll(await Tx.SessionAsync(shop));
        await outbox.PublishAsync(message);
        Tx.OnCommitted(outbox.FlushOutgoingMessagesAsync);
    }
}
