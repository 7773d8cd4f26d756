using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

/// <summary>Each command is a unit of work.</summary>
public sealed class UnitOfWorkBehavior<TCommand, TResponse> : IPipelineBehavior<TCommand, TResponse>
    where TCommand : IBaseCommand
{
    private static readonly UnitOfWorkOptions Settings = new() { Name = typeof(TCommand).Name };

    public ValueTask<TResponse> Handle(
        TCommand message, MessageHandlerDelegate<TCommand, TResponse> next, CancellationToken cancellationToken)
        => new(Tx.RunAsync(token => next(message, token).AsTask(), Settings, cancellationToken));
}
