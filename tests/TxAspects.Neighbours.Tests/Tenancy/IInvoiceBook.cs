namespace TxAspects.Neighbours.Tests.Tenancy;

public interface IInvoiceBook
{
    [UnitOfWork]
    Task AddAsync(string text);

    [UnitOfWork(ReadOnly = true)]
    Task<string> ListAsync();

    [UnitOfWork]
    Task<int> RemoveAllAsync();
}
