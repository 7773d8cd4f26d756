namespace TxAspects.Neighbours.Tests;

public sealed class OutOfStockException() : Exception("There is none left.");
