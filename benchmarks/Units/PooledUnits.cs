using Microsoft.EntityFrameworkCore;

namespace TxAspects.Benchmarks.Units;

/// <summary>EF Core with a pooled context and an explicit transaction.</summary>
public sealed class PooledUnits(IDbContextFactory<ItemsContext> contexts) : IUnits
{
    public async Task InsertAsync()
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.InsertItemsAsync();
        await transaction.CommitAsync();
    }

    public async Task ReadAndInsertAsync()
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.ReadOneAsync();
        await db.InsertItemsAsync();
        await transaction.CommitAsync();
    }

    public async Task InsertTenAsync()
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.InsertItemsAsync(Items.Many);
        await transaction.CommitAsync();
    }

    public async Task ReadAsync()
    {
        await using var db = await contexts.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.ReadOneAsync();
        await transaction.CommitAsync();
    }
}
