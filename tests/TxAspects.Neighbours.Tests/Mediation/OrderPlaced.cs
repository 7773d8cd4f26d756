using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

public sealed record OrderPlaced(string Item) : INotification;
