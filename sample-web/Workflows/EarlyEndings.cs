using SampleWeb.Database;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Workflows;

/// <inheritdoc/>
public sealed class EarlyEndings(IOrders orders) : IEarlyEndings
{
    public async Task EarlyCommitAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");
        await Tx.CommitAsync(Shop.Master);          // Ada's order is durable from here on

        await orders.PlaceAsync("Bob", "TEA");      // a new transaction, on the same session
        Tx.SetRollbackOnly("Bob changed his mind");
    }

    public async Task EarlyCloseAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");
        await Tx.CommitAsync(Shop.Master);
        await Tx.CloseAsync(Shop.Master);           // the connection is back in the pool

        await Task.Delay(50);                       // such as a slow partner: nothing is held meanwhile

        await orders.PlaceAsync("Bob", "TEA");      // a new session; the unit commits it
    }

    public async Task ManualRollbackAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");
        await Tx.RollbackAsync(Shop.Master);        // Ada's order is gone, and the session usable

        await orders.PlaceAsync("Bob", "TEA");      // committed at the end
    }
}
