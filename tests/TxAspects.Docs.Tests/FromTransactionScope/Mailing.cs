namespace TxAspects.Docs.Tests.FromTransactionScope;

public interface IPostOffice
{
    Task SendAsync(string text);
}

public interface IOpeningService
{
    [UnitOfWork]
    Task OpenAsync(string id);
}

public sealed class OpeningService(DbConnect<BankContext> bank, IPostOffice post) : IOpeningService
{
    public async Task OpenAsync(string id)
    {
        var db = await Tx.SessionAsync(bank);
        db.Accounts.Add(new Account { Id = id });
        Tx.OnCommitted(() => post.SendAsync($"Welcome, {id}."));
    }
}
