using System.Data;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Docs.Tests.FromTransactionScope;

public interface ITransferService
{
    [UnitOfWork]
    Task TransferAsync(string from, string to, decimal amount);
}

public sealed class TransferService(DbConnect<BankContext> bank) : ITransferService
{
    public async Task TransferAsync(string from, string to, decimal amount)
    {
        var db = await Tx.SessionAsync(bank);
        await TakeAsync(from, amount);
        (await db.Accounts.SingleAsync(account => account.Id == to)).Balance += amount;
    }

    private async Task TakeAsync(string id, decimal amount)
    {
        var db = await Tx.SessionAsync(bank);
        var account = await db.Accounts.SingleAsync(account => account.Id == id);
        if (account.Balance < amount)
            throw new NotEnoughException();

        account.Balance -= amount;
    }
}

public interface IClosingService
{
    [UnitOfWork]
    Task CloseAsync(string id);
}

public sealed class ClosingService(DbConnect<BankContext> bank) : IClosingService
{
    public async Task CloseAsync(string id)
    {
        var db = await Tx.SessionAsync(bank);
        var account = await db.Accounts.SingleAsync(account => account.Id == id);
        db.Entries.Add(new Entry { Text = $"{id} closed with {account.Balance}" });
        db.Accounts.Remove(account);
    }
}

public interface IImportService
{
    [UnitOfWork]
    Task ImportAsync(IEnumerable<Account> accounts);
}

public sealed class ImportService(DbConnect<BankContext> bank) : IImportService
{
    public async Task ImportAsync(IEnumerable<Account> accounts)
    {
        foreach (var account in accounts)
        {
            try
            {
                await Tx.AtomicAsync(bank, async db =>
                {
                    db.Accounts.Add(account);
                    await db.SaveChangesAsync();
                }, WhenInTransaction.Savepoint);
            }
            catch (DbUpdateException)
            {
                // This account is there already. The others go on.
            }
        }
    }
}

public interface IInterestService
{
    [UnitOfWork(IsolationLevel = IsolationLevel.Serializable, MaxRetries = 5)]
    Task AddAsync(decimal rate);
}

public sealed class InterestService(DbConnect<BankContext> bank) : IInterestService
{
    public async Task AddAsync(decimal rate)
    {
        var db = await Tx.SessionAsync(bank);
        await db.Accounts.ExecuteUpdateAsync(
            set => set.SetProperty(account => account.Balance, account => account.Balance * (1 + rate)));
    }
}

public interface IReportService
{
    [UnitOfWork]
    Task<decimal> NoteTotalAsync();
}

public sealed class ReportService(DbConnect<BankContext> bank) : IReportService
{
    public async Task<decimal> NoteTotalAsync()
    {
        var connection = await Tx.ConnectionAsync(bank);
        var total = await connection.ExecuteScalarAsync<decimal>("SELECT sum(\"Balance\") FROM \"Accounts\"");
        var db = await Tx.SessionAsync(bank);
        db.Entries.Add(new Entry { Text = $"total {total}" });
        return total;
    }
}
