namespace SampleWeb.Stock;

/// <summary>Goods that come in.</summary>
public sealed record Supply(int Quantity);
