using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

/// <summary>How many there are. It can be told to misbehave.</summary>
public sealed record CountOrders(bool Writes = false) : IQuery<int>;
