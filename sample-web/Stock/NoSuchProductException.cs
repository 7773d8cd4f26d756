namespace SampleWeb.Stock;

/// <summary>Thrown when the shop does not have a product at all.</summary>
public sealed class NoSuchProductException(string sku) : Exception($"There is no product '{sku}'.");
