namespace TxAspects.Model.Tests.Library;

/// <summary>A row of a tree; no two rows have the same slot, and one row that is there from the start has slot 1.</summary>
public sealed class Row
{
    public required long Id { get; init; }

    public required int Tree { get; init; }

    public required int Amount { get; set; }

    public int? Slot { get; init; }
}
