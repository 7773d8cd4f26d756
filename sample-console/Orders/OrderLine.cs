namespace SampleConsole.Orders;

/// <summary>One product of an order; for a refund, the goods that came back.</summary>
public sealed class OrderLine
{
    public required string OrderNumber { get; init; }

    public required int Position { get; init; }

    public required string Sku { get; init; }

    public required int Quantity { get; init; }

    public required decimal UnitPrice { get; init; }
}
