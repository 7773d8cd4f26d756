using System.Transactions;
using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Docs.Tests.FromTransactionScope;

/// <summary>How it is written without the library.</summary>
public static class Before
{
    public sealed class TransferService(IDbContextFactory<BankContext> contexts)
    {
        public async Task TransferAsync(string from, string to, decimal amount)
        {
            using var scope = new TransactionScope(
                TransactionScopeOption.Required,
                new TransactionOptions { IsolationLevel = IsolationLevel.ReadCommitted },
                TransactionScopeAsyncFlowOption.Enabled);

            await using var db = await contexts.CreateDbContextAsync();
            await TakeAsync(db, from, amount);
            (await db.Accounts.SingleAsync(account => account.Id == to)).Balance += amount;
            await db.SaveChangesAsync();

            scope.Complete();
        }

        private static async Task TakeAsync(BankContext db, string id, decimal amount)
        {
            var account = await db.Accounts.SingleAsync(account => account.Id == id);
            if (account.Balance < amount)
                throw new NotEnoughException();

            account.Balance -= amount;
            await db.SaveChangesAsync();
        }
    }

    public sealed class ClosingService(BankContext db)
    {
        public async Task CloseAsync(string id)
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            try
            {
                var account = await db.Accounts.SingleAsync(account => account.Id == id);
                db.Entries.Add(new Entry { Text = $"{id} closed with {account.Balance}" });
                await db.SaveChangesAsync();
                db.Accounts.Remove(account);
                await db.SaveChangesAsync();
                await transaction.CommitAsync();
            }
            catch
            {
                await transaction.RollbackAsync();
                throw;
            }
        }
    }

    public sealed class ImportService(BankContext db)
    {
        public async Task ImportAsync(IEnumerable<Account> accounts)
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            foreach (var account in accounts)
            {
                await transaction.CreateSavepointAsync("one");
                try
                {
                    db.Accounts.Add(account);
                    await db.SaveChangesAsync();
                }
                catch (DbUpdateException)
                {
                    await transaction.RollbackToSavepointAsync("one");
                    db.ChangeTracker.Clear();
                }
            }

            await transaction.CommitAsync();
        }
    }

    public sealed class InterestService(BankContext db)
    {
        public Task AddAsync(decimal rate)
        {
            var strategy = db.Database.CreateExecutionStrategy();
            return strategy.ExecuteAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable);
                await db.Accounts.ExecuteUpdateAsync(
                    set => set.SetProperty(account => account.Balance, account => account.Balance * (1 + rate)));
                await transaction.CommitAsync();
            });
        }
    }

    public sealed class ReportService(BankContext db)
    {
        public async Task<decimal> NoteTotalAsync()
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            var connection = db.Database.GetDbConnection();
            var total = await connection.ExecuteScalarAsync<decimal>(
                "SELECT sum(\"Balance\") FROM \"Accounts\"", transaction: transaction.GetDbTransaction());
            db.Entries.Add(new Entry { Text = $"total {total}" });
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
            return total;
        }
    }
}
