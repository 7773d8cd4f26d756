using SampleConsole.Orders;

namespace SampleConsole.Reading;

/// <summary>An order while its lines are read.</summary>
internal sealed class OrderDraft(int lineNumber, string number)
{
    public int LineNumber { get; } = lineNumber;

    public string Number { get; } = number;

    public DateOnly PlacedOn { get; init; }

    public string CustomerNumber { get; init; } = "";

    public string? RefundOf { get; init; }

    public List<OrderLine> Lines { get; } = [];

    /// <summary>Whether this heads an order at all; the lines below a broken head are left out without a further word.</summary>
    public bool HasBrokenHead { get; init; }

    /// <summary>Whether something in it is broken, so that the order is left out.</summary>
    public bool IsSpoiled { get; set; }

    public decimal Total => Lines.Sum(line => line.Quantity * line.UnitPrice);

    public Order ToOrder() => new()
    {
        Number = Number,
        PlacedOn = PlacedOn,
        CustomerNumber = CustomerNumber,
        RefundOf = RefundOf,
        Total = Total,
        Lines = Lines,
    };
}
