using Microsoft.EntityFrameworkCore;
using Npgsql;
using SampleConsole.Auditing;
using SampleConsole.Orders;
using SampleConsole.Reading;
using SampleConsole.Stock;

namespace SampleConsole.Import;

/// <summary>Imports many orders, some of them at the same time, and counts what became of them.</summary>
internal sealed class ImportRun(IOrderImport import, IAuditTrail audit)
{
    /// <summary>The orders that are done, also after an interruption.</summary>
    public ImportTally Tally { get; } = new();

    /// <summary>Imports the orders. One that fails takes no other with it; only the loss of the database stops the run.</summary>
    /// <param name="file">Sales and refunds.</param>
    /// <param name="parallel">How many at the same time.</param>
    /// <param name="onOrderDone">Called after each order, from several threads.</param>
    /// <param name="cancellationToken">Starts no further order, and rolls back those that are not committing yet.</param>
    public async Task RunAsync(OrderFile file, int parallel, Action onOrderDone, CancellationToken cancellationToken = default)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };

        // A refund needs its sale to be there.
        await Parallel.ForEachAsync(file.ReadOrdersAsync(refunds: false, cancellationToken), options, RunOneAsync);
        await Parallel.ForEachAsync(file.ReadOrdersAsync(refunds: true, cancellationToken), options, RunOneAsync);

        async ValueTask RunOneAsync(Order order, CancellationToken token)
        {
            Tally.Add(order, (await ImportAsync(order, token)).Verdict);
            onOrderDone();
        }
    }

    private async Task<ImportResult> ImportAsync(Order order, CancellationToken cancellationToken)
    {
        try
        {
            return await import.ImportAsync(order, cancellationToken);
        }
        catch (OutOfStockException e)
        {
            return new(Verdict.OutOfStock, e.Message);
        }
        catch (Exception e) when (ViolatedConstraint(e) is { } constraint)
        {
            var refused = new ImportResult(Verdict.RefusedByDatabase, $"It violates '{constraint}'.");
            await audit.RecordAsync(order.Number, refused, cancellationToken);
            return refused;
        }
    }

    // Any other failure of the database concerns all orders, not this one.
    private static string? ViolatedConstraint(Exception exception)
        => (exception is DbUpdateException ? exception.InnerException : exception) is PostgresException { SqlState: ['2', '3', ..] } e
            ? e.ConstraintName ?? e.SqlState
            : null;
}
