using SampleWeb.Database;
using SampleWeb.Orders;
using SampleWeb.Stock;
using TxAspects;

namespace SampleWeb.Workflows;

/// <inheritdoc/>
public sealed class AtomicBlocks(IOrders orders) : IAtomicBlocks
{
    public async Task CommitAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");

        // Commits Ada's order first, and Bob's when the block returns.
        await Tx.AtomicAsync(Shop.Master, _ => orders.PlaceAsync("Bob", "TEA"), WhenInTransaction.Commit);

        await orders.PlaceAsync("Cleo", "TEA");
        Tx.SetRollbackOnly("Cleo has no money");    // the others are committed
    }

    public async Task RollbackAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");

        // Gives Ada's order up first; the block has a transaction of its own.
        await Tx.AtomicAsync(Shop.Master, _ => orders.PlaceAsync("Bob", "TEA"), WhenInTransaction.Rollback);
    }

    public async Task JoinAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");

        // Continues in Ada's transaction, and commits all of it when the block returns.
        await Tx.AtomicAsync(Shop.Master, _ => orders.PlaceAsync("Bob", "TEA"), WhenInTransaction.Join);

        await orders.PlaceAsync("Cleo", "TEA");
        Tx.SetRollbackOnly("Cleo has no money");
    }

    public async Task ThrowAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");

        // Refuses to begin, because Ada's order is uncommitted: a TransactionOpenException, and nothing is kept.
        await Tx.AtomicAsync(Shop.Master, _ => orders.PlaceAsync("Bob", "TEA"), WhenInTransaction.Throw);
    }

    public async Task SavepointAsync()
    {
        await orders.PlaceAsync("Ada", "TEA");
        try
        {
            await Tx.AtomicAsync(Shop.Master, _ => orders.PlaceAsync("Bob", "TEAPOT", 1000), WhenInTransaction.Savepoint);
        }
        catch (OutOfStockException)
        {
            // What the block did is undone, and the unit is as it was before it.
        }

        await orders.PlaceAsync("Cleo", "TEA");
    }
}
