using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

/// <summary>Its handler takes the context in its constructor.</summary>
public sealed record CancelOrders : ICommand;
