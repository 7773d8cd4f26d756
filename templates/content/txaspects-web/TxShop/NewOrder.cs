namespace TxShop;

public sealed record NewOrder(string Item, int Quantity);
