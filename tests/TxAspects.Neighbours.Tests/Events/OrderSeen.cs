namespace TxAspects.Neighbours.Tests.Events;

public sealed record OrderSeen(string Item);
