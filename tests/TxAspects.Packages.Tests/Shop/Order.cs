namespace TxAspects.Packages.Tests.Shop;

public sealed class Order
{
    public int Id { get; init; }

    public required string Item { get; init; }
}
