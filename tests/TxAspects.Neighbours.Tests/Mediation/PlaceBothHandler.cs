using Mediator;

namespace TxAspects.Neighbours.Tests.Mediation;

public sealed class PlaceBothHandler(ISender sender) : ICommandHandler<PlaceBoth, Result>
{
    public async ValueTask<Result> Handle(PlaceBoth command, CancellationToken cancellationToken)
    {
        var first = await sender.Send(new PlaceOrder(command.First), cancellationToken);
        return first.IsFailure ? first : await sender.Send(new PlaceOrder(command.Second), cancellationToken);
    }
}
