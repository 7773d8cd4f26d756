using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Benchmarks.Units;

/// <summary>A pooled context with a part of what ours do: what that part costs whoever does it.</summary>
internal sealed class RungUnits
{
    private readonly PooledDbContextFactory<ItemsContext> _contexts;
    private readonly bool _beginsLazily;
    private readonly bool _commitsInBatch;

    private RungUnits(DbContextOptionsBuilder<ItemsContext> options, bool commitsInBatch, IInterceptor? interceptor)
    {
        if (interceptor is not null)
            options.AddInterceptors(interceptor);
        _contexts = new PooledDbContextFactory<ItemsContext>(options.Options);
        _beginsLazily = interceptor is BeginningInterceptor;
        _commitsInBatch = commitsInBatch;
    }

    /// <summary>Each with one thing more than the one before it.</summary>
    public static IEnumerable<(string Name, RungUnits Units)> All(Func<DbContextOptionsBuilder<ItemsContext>> newOptions) =>
    [
        ("pooled context, explicit transaction, no savepoint around the save",
            new RungUnits(newOptions(), commitsInBatch: false, interceptor: null)),
        ("… a batch commits, which the server refuses in a failed transaction",
            new RungUnits(newOptions(), commitsInBatch: true, interceptor: null)),
        ("… interceptors that do nothing", new RungUnits(newOptions(), commitsInBatch: true, new IdleInterceptor())),
        ("… the first command begins the transaction, and EF Core's commit sends the batch",
            new RungUnits(newOptions(), commitsInBatch: true, new BeginningInterceptor())),
    ];

    public async Task InsertAsync()
    {
        await using var db = await _contexts.CreateDbContextAsync();
        db.Database.AutoSavepointsEnabled = false;
        if (_beginsLazily)
        {
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
            await db.InsertItemsAsync();
            await using var begun = db.Database.CurrentTransaction!;
            await begun.CommitAsync();
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.InsertItemsAsync();
        if (_commitsInBatch)
            await CommitInBatchAsync(transaction.GetDbTransaction());
        else
            await transaction.CommitAsync();
    }

    private static async Task CommitInBatchAsync(DbTransaction transaction)
    {
        await using var batch = transaction.Connection!.CreateBatch();
        batch.Transaction = transaction;
        batch.Timeout = 0;
        Add("SAVEPOINT txaspects_commit");
        Add("COMMIT");
        await batch.ExecuteNonQueryAsync();

        void Add(string sql)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = sql;
            batch.BatchCommands.Add(command);
        }
    }

    private class IdleInterceptor : DbCommandInterceptor, IDbConnectionInterceptor, IDbTransactionInterceptor, ISaveChangesInterceptor;

    private sealed class BeginningInterceptor : IdleInterceptor, IDbTransactionInterceptor
    {
        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            var transaction = await eventData.Context!.Database.BeginTransactionAsync(cancellationToken);
            command.Transaction = transaction.GetDbTransaction();
            return result;
        }

        public async ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result,
            CancellationToken cancellationToken = default)
        {
            await CommitInBatchAsync(transaction);
            return InterceptionResult.Suppress();
        }
    }
}
