namespace SampleWeb.Orders;

/// <summary>Something that was bought.</summary>
public sealed class Order
{
    public required Guid Id { get; init; }

    public required string Buyer { get; init; }

    public required string Sku { get; init; }

    public required int Quantity { get; init; }

    public required decimal Total { get; init; }

    public bool Delivered { get; init; }

    /// <summary>The trace of the request that placed it.</summary>
    public string? TraceId { get; init; }

    public DateTimeOffset PlacedAt { get; init; }
}
