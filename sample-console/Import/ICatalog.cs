using SampleConsole.Ledger;
using SampleConsole.Stock;
using TxAspects;

namespace SampleConsole.Import;

/// <summary>The customers and products that orders refer to.</summary>
public interface ICatalog
{
    /// <summary>Adds those that are new. Known ones keep their stock and balance.</summary>
    [UnitOfWork]
    Task AddMissingAsync(
        IReadOnlyCollection<Customer> customers, IReadOnlyCollection<Product> products, CancellationToken cancellationToken = default);
}
