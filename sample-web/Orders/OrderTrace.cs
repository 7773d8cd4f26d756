using System.Diagnostics;

namespace SampleWeb.Orders;

/// <summary>What orders leave in the trace of a request.</summary>
internal static class OrderTrace
{
    public const string Wanted = "order wanted";
    public const string Tag = "order";

    /// <summary>The trace that is recorded now.</summary>
    public static string? Id => Activity.Current?.TraceId.ToString();

    /// <summary>Notes that somebody wants to buy something, whatever becomes of it.</summary>
    public static void Want(WantedOrder order)
        => Activity.Current?.AddEvent(new ActivityEvent(Wanted, tags: new() { [Tag] = order }));
}
