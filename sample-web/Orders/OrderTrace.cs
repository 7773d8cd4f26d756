using System.Diagnostics;

namespace SampleWeb.Orders;

/// <summary>What orders leave in the trace of a request.</summary>
internal static class OrderTrace
{
    public const string OrderPlaced = "order placed";
    public const string OrderId = "order.id";

    /// <summary>The trace that is recorded now.</summary>
    public static string? Id => Activity.Current?.TraceId.ToString();

    /// <summary>Notes that an order was placed, whatever becomes of it.</summary>
    public static void Placed(Order order)
        => Activity.Current?.AddEvent(new ActivityEvent(OrderPlaced, tags: new() { [OrderId] = order }));
}
