namespace TxAspects.Neighbours.Tests.Wolverines;

public static class OrderTakenHandler
{
    public static Task Handle(OrderTaken message, IPacking packing) => packing.PackAsync(message.Item);
}
