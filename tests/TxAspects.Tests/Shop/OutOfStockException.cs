namespace TxAspects.Tests;

/// <summary>A failure of user code.</summary>
public sealed class OutOfStockException() : Exception("There is none left.");
