namespace SampleWeb.Stock;

/// <summary>Thrown when less of a product is left than an order takes.</summary>
public sealed class OutOfStockException(string sku, int quantity) : Exception($"Fewer than {quantity} of '{sku}' are left.");
