using System.Diagnostics;

namespace SampleWeb.Deliveries;

/// <summary>An order to be delivered, and the span that lasts until it is.</summary>
public sealed record Delivery(Guid OrderId, Activity? Span);
