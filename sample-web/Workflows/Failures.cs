using SampleWeb.Notes;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Workflows;

/// <inheritdoc/>
public sealed class Failures(IOrders orders, INotes notes) : IFailures
{
    public async Task RollbackByExceptionAsync()
    {
        // Runs when the rollback is done and the connection given back. INotes is marked [NewContext].
        Tx.OnRolledBack(() => notes.AddAsync("Bob wanted 1000 teapots."));

        await orders.PlaceAsync("Ada", "TEA");
        await orders.PlaceAsync("Bob", "TEAPOT", 1000);    // throws OutOfStockException
    }
}
