using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The pattern that docs/databases.md shows: one connect for each shard, chosen by key.</summary>
public sealed class Shards<TContext>(params DbConnect<TContext>[] connects)
    where TContext : DbContext
{
    /// <summary>The connect that holds a key. string.GetHashCode differs from process to process; this must not.</summary>
    public DbConnect<TContext> Of(long key) => connects[(int)((ulong)key % (ulong)connects.Length)];

    /// <summary>Asks all shards at the same time, each in a read-only unit of its own.</summary>
    public Task<T[]> QueryAllAsync<T>(Func<TContext, Task<T>> query)
    {
        var reading = new UnitOfWorkOptions { Propagation = Propagation.RequiresNew, ReadOnly = true };
        return Task.WhenAll(connects.Select(connect => Tx.RunAsync(async () => await query(await Tx.SessionAsync(connect)), reading)));
    }
}
