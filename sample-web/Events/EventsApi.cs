using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using TxAspects;

namespace SampleWeb.Events;

/// <summary>Events over HTTP, as server-sent events.</summary>
internal static class EventsApi
{
    /// <summary>Such a request lasts until its client goes, so it has no unit.</summary>
    public static void Map(IEndpointRouteBuilder routes)
        => routes.MapGet("/events", Listen).WithoutUnitOfWork().WithSummary("What is committed, as it happens (server-sent events).");

    private static IResult Listen(EventStream events, IHostApplicationLifetime host, HttpContext context)
        => TypedResults.ServerSentEvents(ToItemsAsync(events, host, context.RequestAborted));

    // Also ends with the program, which would otherwise wait for everybody who listens.
    private static async IAsyncEnumerable<SseItem<ShopEvent>> ToItemsAsync(
        EventStream events, IHostApplicationLifetime host, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(aborted, host.ApplicationStopping);
        await using var listener = events.ListenAsync(over.Token).GetAsyncEnumerator(over.Token);
        while (await MoveNextAsync(listener, over.Token))
            yield return new SseItem<ShopEvent>(listener.Current);
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ShopEvent> listener, CancellationToken over)
    {
        try
        {
            return await listener.MoveNextAsync();
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            return false;
        }
    }
}
