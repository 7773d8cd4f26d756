using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

public sealed record PlaceOrder(string Item) : ICommand<Result>;
