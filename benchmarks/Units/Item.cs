namespace TxAspects.Benchmarks.Units;

/// <summary>A row.</summary>
public sealed class Item
{
    public long Id { get; set; }

    public required string Name { get; set; }

    public int Amount { get; set; }
}
