using Npgsql;
using SampleConsole.Database;
using SampleConsole.Import;

namespace SampleConsole.Report;

/// <summary>What the shop amounts to at one moment.</summary>
internal sealed record ShopFigures
{
    private const string Sql =
        """
        SELECT (SELECT count(*) FROM orders WHERE refund_of IS NULL),
               (SELECT count(*) FROM orders WHERE refund_of IS NOT NULL),
               (SELECT count(*) FROM order_lines),
               (SELECT COALESCE(sum(total), 0) FROM orders WHERE refund_of IS NULL),
               (SELECT COALESCE(sum(total), 0) FROM orders WHERE refund_of IS NOT NULL),
               (SELECT COALESCE(sum(stock), 0)::bigint FROM products)
        """;

    public long Sales { get; private init; }

    public long Refunds { get; private init; }

    public long Orders => Sales + Refunds;

    public long Lines { get; private init; }

    public decimal SalesTotal { get; private init; }

    public decimal RefundTotal { get; private init; }

    public long Stock { get; private init; }

    /// <summary>Reads the figures. Waits for the last orders of a run that was killed, which the server may still be committing.</summary>
    public static async Task<ShopFigures> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PlainSql.ExecuteAsync(connection, "LOCK TABLE orders IN EXCLUSIVE MODE", cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ShopFigures
        {
            Sales = reader.GetInt64(0),
            Refunds = reader.GetInt64(1),
            Lines = reader.GetInt64(2),
            SalesTotal = reader.GetDecimal(3),
            RefundTotal = reader.GetDecimal(4),
            Stock = reader.GetInt64(5),
        };
    }

    /// <summary>What they must be after a run.</summary>
    public ShopFigures After(IEnumerable<ImportOutcome> outcomes)
    {
        var imported = outcomes.Where(outcome => outcome.Verdict is Verdict.Imported).Select(outcome => outcome.Order).ToList();
        var sales = imported.Where(order => !order.IsRefund).ToList();
        var refunds = imported.Where(order => order.IsRefund).ToList();
        return new ShopFigures
        {
            Sales = Sales + sales.Count,
            Refunds = Refunds + refunds.Count,
            Lines = Lines + imported.Sum(order => order.Lines.Count),
            SalesTotal = SalesTotal + sales.Sum(order => order.Total),
            RefundTotal = RefundTotal + refunds.Sum(order => order.Total),
            Stock = Stock - sales.Sum(Pieces) + refunds.Sum(Pieces),
        };

        static long Pieces(Orders.Order order) => order.Lines.Sum(line => (long)line.Quantity);
    }
}
