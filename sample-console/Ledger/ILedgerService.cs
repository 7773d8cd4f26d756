using SampleConsole.Orders;
using TxAspects;

namespace SampleConsole.Ledger;

/// <summary>Books orders. Joins the caller's unit of work.</summary>
[UnitOfWork]
public interface ILedgerService
{
    /// <returns>False when the sale exceeds the customer's credit limit; then nothing is booked.</returns>
    Task<bool> ChargeAsync(Order sale, CancellationToken cancellationToken = default);

    /// <returns>False when this is more than is left to pay back of the sale; then nothing is booked.</returns>
    Task<bool> PayBackAsync(Order refund, CancellationToken cancellationToken = default);
}
