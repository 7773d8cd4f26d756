namespace SampleWeb.Orders;

/// <summary>What somebody wants to buy.</summary>
public sealed record NewOrder(string Buyer, string Sku, int Quantity = 1);
