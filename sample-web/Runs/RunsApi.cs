using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Runs;

/// <summary>What happened in the requests that ran a workflow.</summary>
internal static class RunsApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet("/runs/{id}", GetAsync)
            .WithSummary("What happened in a request that ran a workflow. Waits until its background work is done, for at most ten " +
                         "seconds.");

    private static async Task<Results<Ok<RunReport>, NotFound,
        StatusCodeHttpResult>> GetAsync(string id, RunRecorder recorder, CancellationToken cancellationToken)
    {
        if (recorder.Find(id) is not { } run)
            return TypedResults.NotFound();

        try
        {
            await run.Over.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
        var kept = await db.Orders.Where(order => order.TraceId == run.Id).ToDictionaryAsync(order => order.Id, cancellationToken);
        return TypedResults.Ok(new RunReport
        {
            Id = run.Id,
            Workflow = run.Workflow,
            Status = run.Status,
            Tree = run.ToTree(),
            Orders = [.. run.WantedOrders().Select(order => ToRow(order, kept.GetValueOrDefault(order.Id)))],
            Notes = await db.Notes.Where(note => note.TraceId == run.Id).OrderBy(note => note.Id).ToListAsync(cancellationToken),
        });
    }

    private static RunOrder ToRow(WantedOrder order, Order? kept)
        => new(order.Id, order.Buyer, order.Sku, order.Quantity, kept is not null, kept is { Delivered: true });
}
