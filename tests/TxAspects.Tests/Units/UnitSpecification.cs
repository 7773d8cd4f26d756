namespace TxAspects.Tests;

/// <summary>What suites about units of work have in common.</summary>
public abstract class UnitSpecification<TEntry> : EntrySpecification<TEntry>
    where TEntry : Entry, new()
{
    /// <summary>What a failing body throws.</summary>
    protected OutOfStockException Failure { get; } = new();

    /// <summary>A body that writes and then fails.</summary>
    protected async Task InsertAndFailAsync(string item, DbConnect<ShopContext>? connect = null)
    {
        await InsertAsync(item, connect);
        throw Failure;
    }

    /// <summary>Calls what must fail with <see cref="Failure"/>, and lets nobody know.</summary>
    protected async Task SwallowAsync(Func<Task> call)
        => Assert.AreSame(Failure, await Assert.ThrowsExactlyAsync<OutOfStockException>(call));

    /// <inheritdoc cref="SwallowAsync"/>
    protected void Swallow(Action call) => Assert.AreSame(Failure, Assert.ThrowsExactly<OutOfStockException>(call));

    /// <summary>Adds a row to the unit's session and does not save it.</summary>
    protected async Task AddAsync(Order order, DbConnect<ShopContext>? connect = null)
        => (await Tx.SessionAsync(connect ?? Connect)).Orders.Add(order);
}
