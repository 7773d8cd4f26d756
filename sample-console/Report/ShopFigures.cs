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
    public ShopFigures After(ImportTally tally) => new()
    {
        Sales = Sales + tally.Count(Verdict.Imported, refunds: false),
        Refunds = Refunds + tally.Count(Verdict.Imported, refunds: true),
        Lines = Lines + tally.Lines,
        SalesTotal = SalesTotal + tally.SalesTotal,
        RefundTotal = RefundTotal + tally.RefundTotal,
        Stock = Stock - tally.PiecesSold + tally.PiecesReturned,
    };
}
