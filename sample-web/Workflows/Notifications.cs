using SampleWeb.Deliveries;
using SampleWeb.Events;
using SampleWeb.Orders;
using TxAspects;

namespace SampleWeb.Workflows;

/// <inheritdoc/>
public sealed class Notifications(IOrders orders, EventStream events, DeliveryQueue deliveries) : INotifications
{
    public async Task<Order> AfterCommitAsync()
    {
        var order = await orders.PlaceAsync("Ada", "TEA");

        // Everybody who listens at /events hears of it when it is certain; of a rollback nobody would.
        Tx.OnCommitted(() => events.Publish(new("order placed", $"{order.Buyer} bought {order.Sku}.", order.TraceId)));
        return order;
    }

    public async Task<Order> BackgroundWorkerAsync()
    {
        var order = await orders.PlaceAsync("Ada", "TEA");

        // The worker can never see an order that is not committed yet, or never will be.
        Tx.OnCommitted(() => deliveries.Add(order.Id));
        return order;
    }
}
