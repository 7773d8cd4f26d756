using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

/// <summary>Each query is a unit of work that can only read.</summary>
public sealed class ReadOnlyUnitBehavior<TQuery, TResponse> : IPipelineBehavior<TQuery, TResponse>
    where TQuery : IBaseQuery
{
    private static readonly UnitOfWorkOptions Settings = new() { Name = typeof(TQuery).Name, ReadOnly = true };

    public ValueTask<TResponse> Handle(TQuery message, MessageHandlerDelegate<TQuery, TResponse> next, CancellationToken cancellationToken)
        => new(Tx.RunAsync(token => next(message, token).AsTask(), Settings, cancellationToken));
}
