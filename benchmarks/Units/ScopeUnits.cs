using System.Transactions;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Benchmarks.Units;

/// <summary>A TransactionScope around a new context, at the isolation level that the others have.</summary>
public sealed class ScopeUnits(DbContextOptions<ItemsContext> options) : IUnits
{
    private static readonly TransactionOptions ReadCommitted = new() { IsolationLevel = IsolationLevel.ReadCommitted };

    public async Task InsertAsync()
    {
        using var scope = Open();
        await using (var db = new ItemsContext(options))
            await db.InsertItemsAsync();
        scope.Complete();
    }

    public async Task ReadAndInsertAsync()
    {
        using var scope = Open();
        await using (var db = new ItemsContext(options))
        {
            // Otherwise each command takes its connection from the pool anew.
            await db.Database.OpenConnectionAsync();
            await db.ReadOneAsync();
            await db.InsertItemsAsync();
        }

        scope.Complete();
    }

    public async Task InsertTenAsync()
    {
        using var scope = Open();
        await using (var db = new ItemsContext(options))
            await db.InsertItemsAsync(Items.Many);
        scope.Complete();
    }

    public async Task ReadAsync()
    {
        using var scope = Open();
        await using (var db = new ItemsContext(options))
            await db.ReadOneAsync();
        scope.Complete();
    }

    private static TransactionScope Open() => new(TransactionScopeOption.Required, ReadCommitted, TransactionScopeAsyncFlowOption.Enabled);
}
