using Microsoft.EntityFrameworkCore;
using SampleConsole.Database;
using SampleConsole.Ledger;
using SampleConsole.Stock;
using TxAspects;

namespace SampleConsole.Import;

/// <inheritdoc/>
public sealed class Catalog : ICatalog
{
    public async Task AddMissingAsync(
        IReadOnlyCollection<Customer> customers, IReadOnlyCollection<Product> products, CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        var knownCustomers = await db.Customers.Select(customer => customer.Number).ToHashSetAsync(cancellationToken);
        var knownProducts = await db.Products.Select(product => product.Sku).ToHashSetAsync(cancellationToken);
        db.Customers.AddRange(customers.Where(customer => !knownCustomers.Contains(customer.Number)));
        db.Products.AddRange(products.Where(product => !knownProducts.Contains(product.Sku)));
    }
}
