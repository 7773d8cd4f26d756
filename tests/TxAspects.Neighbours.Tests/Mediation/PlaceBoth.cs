using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

/// <summary>Two orders, all or nothing, by sending two commands.</summary>
public sealed record PlaceBoth(string First, string Second) : ICommand<Result>;
