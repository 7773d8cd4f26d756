using Microsoft.EntityFrameworkCore;

namespace TxAspects.Neighbours.Tests.Tenancy;

/// <summary>No query and no save here says a word about tenants.</summary>
public sealed class InvoiceBook(DbConnect<InvoiceContext> invoices) : IInvoiceBook
{
    private InvoiceContext Db => Tx.Session(invoices);

    public Task AddAsync(string text)
    {
        Db.Invoices.Add(new Invoice { Text = text });
        return Task.CompletedTask;
    }

    public async Task<string> ListAsync()
        => string.Join(", ", await Db.Invoices.OrderBy(invoice => invoice.Id).Select(invoice => invoice.Text).ToListAsync());

    public Task<int> RemoveAllAsync() => Db.Invoices.ExecuteDeleteAsync();
}
