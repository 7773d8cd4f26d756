using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using SampleWeb.Events;
using TxAspects;

namespace SampleWeb.Deliveries;

/// <summary>Delivers orders, each in a unit of work of its own. Nothing calls it, so there is no proxy: the unit is a call.</summary>
internal sealed class DeliveryWorker(DeliveryQueue queue, EventStream events, ILogger<DeliveryWorker> log) : BackgroundService
{
    private static readonly UnitOfWorkOptions Settings = new() { Name = "DeliveryWorker.Deliver", MaxRetries = 3 };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var delivery in queue.ReadAllAsync(stoppingToken))
        {
            Activity.Current = delivery.Span;
            try
            {
                await DeliverAsync(delivery, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogError(exception, "Order {Order} was not delivered.", delivery.OrderId);
            }
            finally
            {
                delivery.Span?.Stop();
            }
        }
    }

    private Task DeliverAsync(Delivery delivery, CancellationToken cancellationToken)
        => Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop.Master, cancellationToken);
            await db.Orders
                .Where(order => order.Id == delivery.OrderId)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Delivered, true), cancellationToken);

            Tx.OnCommitted(() => events.Publish(new("order delivered", "An order is on its way.", delivery.Span?.TraceId.ToString())));
        }, Settings, cancellationToken);
}
