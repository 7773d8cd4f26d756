using DotNetCore.CAP;

namespace TxAspects.Neighbours.Tests.Cap;

public sealed class ShippingSubscriber(IShipping shipping) : ICapSubscribe
{
    [CapSubscribe("orders.placed")]
    public Task OnPlacedAsync(int order) => shipping.ShipAsync(order);
}
