using Microsoft.EntityFrameworkCore;
using SampleConsole.Database;
using SampleConsole.Orders;
using TxAspects;

namespace SampleConsole.Ledger;

/// <inheritdoc/>
public sealed class LedgerService : ILedgerService
{
    private const string Receivables = "receivables";
    private const string Revenue = "revenue";

    public async Task<bool> ChargeAsync(Order sale, CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        var charged = await db.Customers
            .Where(customer => customer.Number == sale.CustomerNumber && customer.Balance + sale.Total <= customer.CreditLimit)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Balance, row => row.Balance + sale.Total), cancellationToken);
        if (charged == 0)
            return false;

        Book(db, sale, debit: Receivables, credit: Revenue);
        return true;
    }

    public async Task<bool> PayBackAsync(Order refund, CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        var paidBack = await db.Orders
            .Where(sale => sale.Number == refund.RefundOf && sale.Refunded + refund.Total <= sale.Total)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Refunded, row => row.Refunded + refund.Total), cancellationToken);
        if (paidBack == 0)
            return false;

        await db.Customers
            .Where(customer => customer.Number == refund.CustomerNumber)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Balance, row => row.Balance - refund.Total), cancellationToken);
        Book(db, refund, debit: Revenue, credit: Receivables);
        return true;
    }

    private static void Book(ShopContext db, Order order, string debit, string credit)
        => db.LedgerEntries.AddRange(
            new LedgerEntry { OrderNumber = order.Number, Account = debit, Amount = order.Total },
            new LedgerEntry { OrderNumber = order.Number, Account = credit, Amount = -order.Total });
}
