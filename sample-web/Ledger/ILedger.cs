using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Ledger;

/// <summary>Books orders, and says whether the books are right. Joins the caller's unit of work.</summary>
[UnitOfWork]
public interface ILedger
{
    Task BookAsync(Order order);

    Task<LedgerFigures> SumAsync();
}
