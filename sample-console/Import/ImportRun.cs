using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SampleConsole.Auditing;
using SampleConsole.Orders;
using SampleConsole.Stock;

namespace SampleConsole.Import;

/// <summary>Imports many orders, some of them at the same time, and remembers what became of each.</summary>
public sealed class ImportRun(IOrderImport import, IAuditTrail audit)
{
    private readonly ConcurrentQueue<ImportOutcome> _outcomes = new();

    /// <summary>The orders that are done, also after an interruption.</summary>
    public IReadOnlyCollection<ImportOutcome> Outcomes => _outcomes;

    /// <summary>Imports the orders. One that fails takes no other with it; only the loss of the database stops the run.</summary>
    /// <param name="orders">Sales and refunds.</param>
    /// <param name="parallel">How many at the same time.</param>
    /// <param name="onOrderDone">Called after each order, from several threads.</param>
    /// <param name="cancellationToken">Starts no further order, and rolls back those that are not committing yet.</param>
    public async Task RunAsync(
        IReadOnlyCollection<Order> orders, int parallel, Action onOrderDone, CancellationToken cancellationToken = default)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken };

        // A refund needs its sale to be there.
        await Parallel.ForEachAsync(orders.Where(order => !order.IsRefund), options, RunOneAsync);
        await Parallel.ForEachAsync(orders.Where(order => order.IsRefund), options, RunOneAsync);

        async ValueTask RunOneAsync(Order order, CancellationToken token)
        {
            _outcomes.Enqueue(new(order, await ImportAsync(order, token)));
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
