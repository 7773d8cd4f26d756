namespace TxShop;

public sealed class Order
{
    public int Id { get; init; }

    public required string Item { get; init; }

    public required int Quantity { get; init; }
}
