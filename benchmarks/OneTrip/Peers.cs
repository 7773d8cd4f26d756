using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using TxAspects.Benchmarks.Units;

namespace TxAspects.Benchmarks.OneTrip;

/// <summary>What the peers of <see cref="UnitPeers"/> do not do: an update, a read without a transaction, an insert in one trip.</summary>
internal sealed class Peers(DbContextOptions<ItemsContext> options, NpgsqlDataSource source)
{
    private readonly PooledDbContextFactory<ItemsContext> _pool = new(options);

    /// <summary>The least that EF Core does for an insert: a pooled context, and no transaction around its one statement.</summary>
    public async Task InsertWithoutTransactionAsync()
    {
        await using var db = _pool.CreateDbContext();
        db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        await db.InsertItemsAsync();
    }

    /// <summary>An update as most people write it.</summary>
    public async Task UpdateAsync()
    {
        await using var db = new ItemsContext(options);
        await using var transaction = await db.Database.BeginTransactionAsync();
        db.ChangeOne();
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    /// <summary>EF Core without a transaction.</summary>
    public async Task ReadAsync()
    {
        await using var db = new ItemsContext(options);
        await db.ReadOneAsync();
    }

    /// <summary>Npgsql by hand, in one batch, which the server runs as one transaction.</summary>
    public async Task InsertInOneBatchAsync()
    {
        var item = Items.New();
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("INSERT INTO items (amount, name) VALUES ($1, $2) RETURNING id")
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = item.Amount }, new NpgsqlParameter<string> { TypedValue = item.Name } },
        });
        item.Id = (long)(await batch.ExecuteScalarAsync())!;
    }
}
