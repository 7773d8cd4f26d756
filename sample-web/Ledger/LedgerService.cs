using Dapper;
using SampleWeb.Database;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Ledger;

/// <inheritdoc/>
public sealed class LedgerService : ILedger
{
    public async Task BookAsync(Order order)
    {
        var db = await Tx.SessionAsync(Shop.Master);
        db.LedgerEntries.AddRange(
            new LedgerEntry { OrderId = order.Id, Account = "receivables", Amount = order.Total },
            new LedgerEntry { OrderId = order.Id, Account = "revenue", Amount = -order.Total });
    }

    public async Task<LedgerFigures> SumAsync()
    {
        var connection = await Tx.ConnectionAsync(Shop.Master);
        return await connection.QuerySingleAsync<LedgerFigures>(
            """
            WITH books AS (
                SELECT COALESCE(sum(amount) FILTER (WHERE account = 'receivables'), 0) AS receivables,
                       COALESCE(sum(amount) FILTER (WHERE account = 'revenue'), 0) AS revenue
                FROM ledger_entries),
            sales AS (SELECT count(*) AS orders, COALESCE(sum(total), 0) AS total FROM orders),
            goods AS (
                SELECT count(*)::int AS off
                FROM products
                WHERE stock <> (SELECT COALESCE(sum(quantity), 0) FROM stock_movements WHERE stock_movements.sku = products.sku))
            SELECT sales.orders, books.receivables, books.revenue, books.receivables + books.revenue AS moneyoff,
                   books.receivables - sales.total AS ordersoff, goods.off AS goodsoff
            FROM books, sales, goods
            """);
    }
}
