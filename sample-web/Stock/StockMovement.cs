namespace SampleWeb.Stock;

/// <summary>Goods that came (positive) or went (negative). The movements of a product add up to its stock.</summary>
public sealed class StockMovement
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Sku { get; init; }

    /// <summary>The order that took them, or null where the shop was supplied.</summary>
    public Guid? OrderId { get; init; }

    public required int Quantity { get; init; }
}
