namespace TxShop;

public sealed class OutOfStockException(string item) : Exception($"Too few of '{item}' are left.");
