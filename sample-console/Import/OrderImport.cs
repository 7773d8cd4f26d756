using Microsoft.EntityFrameworkCore;
using SampleConsole.Auditing;
using SampleConsole.Database;
using SampleConsole.Ledger;
using SampleConsole.Orders;
using SampleConsole.Stock;
using TxAspects;

namespace SampleConsole.Import;

/// <inheritdoc/>
public sealed class OrderImport(IStockService stock, ILedgerService ledger, IAuditTrail audit) : IOrderImport
{
    private static readonly ImportResult Imported = new(Verdict.Imported);

    public async Task<ImportResult> ImportAsync(Order order, CancellationToken cancellationToken = default)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        if (await db.Orders.AsNoTracking().SingleOrDefaultAsync(there => there.Number == order.Number, cancellationToken) is { } known)
            return Compare(order, known);

        // Only the commit tells that the order is in: the database checks some constraints there.
        Tx.OnCommitted(() => audit.RecordAsync(order.Number, Imported));
        try
        {
            db.Orders.Add(order);
            var result = order.IsRefund ? await RefundAsync(order, cancellationToken) : await SellAsync(order, cancellationToken);
            if (result.IsFailure)
                await audit.RecordAsync(order.Number, result, cancellationToken);
            return result;
        }
        catch (OutOfStockException e)
        {
            await audit.RecordAsync(order.Number, new(Verdict.OutOfStock, e.Message), cancellationToken);
            throw;
        }
    }

    private async Task<ImportResult> SellAsync(Order sale, CancellationToken cancellationToken)
    {
        await stock.TakeAsync(sale, cancellationToken);
        return await ledger.ChargeAsync(sale, cancellationToken)
            ? Imported
            : new(Verdict.CreditLimitExceeded, $"Customer '{sale.CustomerNumber}' has no credit left for {sale.Total}.");
    }

    private async Task<ImportResult> RefundAsync(Order refund, CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        var isThere = await db.Orders.AnyAsync(
            sale => sale.Number == refund.RefundOf && sale.RefundOf == null && sale.CustomerNumber == refund.CustomerNumber,
            cancellationToken);
        if (!isThere)
            return new(Verdict.NothingToRefund, $"Customer '{refund.CustomerNumber}' has no order '{refund.RefundOf}'.");

        await stock.PutBackAsync(refund, cancellationToken);
        return await ledger.PayBackAsync(refund, cancellationToken)
            ? Imported
            : new(Verdict.RefundTooLarge, $"{refund.Total} is more than is left to refund of '{refund.RefundOf}'.");
    }

    private static ImportResult Compare(Order order, Order known)
        => order.IsSameAs(known)
            ? new(Verdict.AlreadyThere)
            : new(Verdict.NumberTaken, $"Another order has the number '{order.Number}'.");
}
