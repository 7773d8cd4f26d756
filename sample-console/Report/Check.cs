using Npgsql;
using SampleConsole.Database;
using SampleConsole.Import;

namespace SampleConsole.Report;

/// <summary>Compares what the program believes with what the database holds, by plain SQL past the library.</summary>
internal static class Check
{
    private const int NumbersAtOnce = 1_000;

    private const string OrdersNotWhole =
        """
        SELECT count(*)::numeric FROM orders o
        WHERE o.total IS DISTINCT FROM (SELECT sum(quantity * unit_price) FROM order_lines WHERE order_number = o.number)
           OR (SELECT count(*) FROM ledger_entries WHERE order_number = o.number) <> 2
           OR o.refunded <> (SELECT COALESCE(sum(total), 0) FROM orders WHERE refund_of = o.number)
        """;

    private const string StockBySku =
        """
        SELECT count(*)::numeric FROM products p
        WHERE p.stock <> p.initial_stock - (
            SELECT COALESCE(sum(CASE WHEN o.refund_of IS NULL THEN l.quantity ELSE -l.quantity END), 0)
            FROM order_lines l JOIN orders o ON o.number = l.order_number WHERE l.sku = p.sku)
        """;

    private const string BalancesNotOwed =
        """
        SELECT count(*)::numeric FROM customers c
        WHERE c.balance <> (
            SELECT COALESCE(sum(CASE WHEN refund_of IS NULL THEN total ELSE -total END), 0) FROM orders WHERE customer_number = c.number)
        """;

    public static async Task<IReadOnlyList<CheckedFigure>> RunAsync(
        NpgsqlConnection connection,
        ShopFigures before,
        ImportTally tally,
        IReadOnlyCollection<string> orderNumbers,
        CancellationToken cancellationToken)
    {
        var program = before.After(tally);
        var database = await ShopFigures.ReadAsync(connection, cancellationToken);
        var receivables = program.SalesTotal - program.RefundTotal;
        return
        [
            new("Sales", program.Sales, database.Sales),
            new("Refunds", program.Refunds, database.Refunds),
            new("Lines of both", program.Lines, database.Lines),
            new("Sum of sales", program.SalesTotal, database.SalesTotal),
            new("Sum of refunds", program.RefundTotal, database.RefundTotal),
            new("Pieces in stock", program.Stock, database.Stock),
            new("Products whose stock is not initial - sold + returned", 0, await ReadAsync(StockBySku)),
            new("Ledger: receivables", receivables, await SumAsync("amount", "ledger_entries WHERE account = 'receivables'")),
            new("Ledger: debits and credits", 0, await SumAsync("amount", "ledger_entries")),
            new("Owed by customers", receivables, await SumAsync("balance", "customers")),
            new("Customers who owe anything else than their orders", 0, await ReadAsync(BalancesNotOwed)),
            new("Orders that are not whole", 0, await ReadAsync(OrdersNotWhole)),
            new("Nightly summary: sales - refunds", receivables, await SumAsync("sales_total - refund_total", "daily_summaries")),
            .. await ReadAuditAsync(connection, tally, orderNumbers, cancellationToken),
        ];

        Task<decimal> SumAsync(string what, string from) => ReadAsync($"SELECT COALESCE(sum({what}), 0) FROM {from}");

        Task<decimal> ReadAsync(string sql) => PlainSql.ScalarAsync<decimal>(connection, sql, cancellationToken);
    }

    private static async Task<IEnumerable<CheckedFigure>> ReadAuditAsync(
        NpgsqlConnection connection, ImportTally tally, IReadOnlyCollection<string> orderNumbers, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT verdict, count(*) FROM audit WHERE order_number = ANY ($1) GROUP BY verdict";
        var program = tally.Verdicts.GroupBy(AuditedAs).ToDictionary(group => group.Key, group => group.Sum(tally.Count));
        var database = new Dictionary<string, int>();

        foreach (var numbers in orderNumbers.Chunk(NumbersAtOnce))
        {
            await using var command = new NpgsqlCommand(Sql, connection);
            command.Parameters.Add(new() { Value = numbers });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                database[reader.GetString(0)] = database.GetValueOrDefault(reader.GetString(0)) + (int)reader.GetInt64(1);
        }

        return from verdict in program.Keys.Union(database.Keys).Order()
               select new CheckedFigure($"Audit rows: {verdict}", program.GetValueOrDefault(verdict), database.GetValueOrDefault(verdict));
    }

    // An order that is there has the row of the run that imported it.
    private static string AuditedAs(Verdict verdict)
        => (verdict is Verdict.AlreadyThere or Verdict.NumberTaken ? Verdict.Imported : verdict).ToString();
}
