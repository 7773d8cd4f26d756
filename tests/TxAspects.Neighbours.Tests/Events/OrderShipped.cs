namespace TxAspects.Neighbours.Tests.Events;

public sealed record OrderShipped(string Item);
