using Microsoft.EntityFrameworkCore;
using SampleConsole.Database;
using TxAspects;

namespace SampleConsole.Report;

/// <summary>Sums up each day. Plain static code that no container made and no proxy touches.</summary>
public static class NightlySummary
{
    /// <summary>Computes the summaries anew and publishes them.</summary>
    /// <param name="publishAsync">Sends them out, which may take long.</param>
    /// <param name="cancellationToken">Stops between two days; those done stay done.</param>
    // Without an attribute, the unit of work is a call.
    public static Task RunAsync(Func<IReadOnlyList<DailySummary>, Task> publishAsync, CancellationToken cancellationToken = default)
        => Tx.RunAsync(
            async () =>
            {
                foreach (var day in await DaysAsync(cancellationToken))
                {
                    // Each day is durable at once: a night that breaks off has done the days before.
                    await Tx.AtomicAsync(Shop.Master, db => SumUpAsync(db, day, cancellationToken), cancellationToken: cancellationToken);
                }

                var summaries = await StartPublishingAsync(cancellationToken);

                // Commits early: should the night end while they go out, it is on record that they may have.
                await Tx.CommitAsync(Shop.Master, cancellationToken);

                // Gives the connection back: nobody should hold one while a slow receiver reads.
                await Tx.CloseAsync(Shop.Master, cancellationToken);
                await publishAsync(summaries);

                // A session again, on a new connection. The end of the unit commits this one.
                await MarkPublishedAsync(cancellationToken);
            },
            cancellationToken: cancellationToken);

    private static async Task<List<DateOnly>> DaysAsync(CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        return await db.Orders.Select(order => order.PlacedOn).Distinct().Order().ToListAsync(cancellationToken);
    }

    private static Task SumUpAsync(ShopContext db, DateOnly day, CancellationToken cancellationToken)
        => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO daily_summaries (day, sales, sales_total, refunds, refund_total, status)
            SELECT {day}, count(*) FILTER (WHERE refund_of IS NULL), COALESCE(sum(total) FILTER (WHERE refund_of IS NULL), 0),
                   count(refund_of), COALESCE(sum(total) FILTER (WHERE refund_of IS NOT NULL), 0),
                   {nameof(PublishingStatus.Draft)}
            FROM orders WHERE placed_on = {day}
            ON CONFLICT (day) DO UPDATE
            SET sales = excluded.sales, sales_total = excluded.sales_total,
                refunds = excluded.refunds, refund_total = excluded.refund_total, status = excluded.status
            """, cancellationToken);

    private static async Task<List<DailySummary>> StartPublishingAsync(CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        var summaries = await db.DailySummaries.OrderBy(summary => summary.Day).ToListAsync(cancellationToken);
        foreach (var summary in summaries)
            summary.Status = PublishingStatus.Started;      // saved by the commit
        return summaries;
    }

    private static async Task MarkPublishedAsync(CancellationToken cancellationToken)
    {
        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        await db.DailySummaries.ExecuteUpdateAsync(
            set => set.SetProperty(summary => summary.Status, PublishingStatus.Published), cancellationToken);
    }
}
