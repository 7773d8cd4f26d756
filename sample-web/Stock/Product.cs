namespace SampleWeb.Stock;

/// <summary>Something sold, and how much of it is left.</summary>
public sealed class Product
{
    public required string Sku { get; init; }

    public required string Name { get; init; }

    public required decimal Price { get; init; }

    public required int Stock { get; init; }
}
