namespace TxAspects.Neighbours.Tests.Wolverines;

public sealed record OrderTaken(string Item);
