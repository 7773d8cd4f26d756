namespace SampleConsole.Orders;

/// <summary>A sale, or the refund of one.</summary>
public sealed class Order
{
    public required string Number { get; init; }

    public required DateOnly PlacedOn { get; init; }

    public required string CustomerNumber { get; init; }

    /// <summary>The sale that is refunded; null for a sale.</summary>
    public string? RefundOf { get; init; }

    public required decimal Total { get; init; }

    /// <summary>What was paid back of a sale so far.</summary>
    public decimal Refunded { get; init; }

    public List<OrderLine> Lines { get; init; } = [];

    public bool IsRefund => RefundOf is not null;

    /// <summary>Whether both say the same, going by all but their lines.</summary>
    public bool IsSameAs(Order other)
        => (Number, PlacedOn, CustomerNumber, RefundOf, Total)
        == (other.Number, other.PlacedOn, other.CustomerNumber, other.RefundOf, other.Total);
}
