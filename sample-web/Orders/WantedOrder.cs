namespace SampleWeb.Orders;

/// <summary>An order at its beginning.</summary>
public sealed record WantedOrder(Guid Id, string Buyer, string Sku, int Quantity);
