using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.Neighbours.Tests.Events;

/// <summary>Domain events that an interceptor of EF Core dispatches before a save.</summary>
[TestClass]
public sealed class DomainEventTests : NeighbourTests
{
    private Ledger Ledger => Provider.GetRequiredService<Ledger>();

    [TestInitialize]
    public void StartEvents() => Start(
        services =>
        {
            services.AddSingleton<Ledger>();
            services.AddSingleton<IDomainEventHandler>(provider => provider.GetRequiredService<Ledger>());
        },
        connect: request => PostgresConnect.Create(request, new PostgresConnectOptions<ShopContext>
        {
            ConfigureContext = options => options.AddInterceptors(
                new DomainEventInterceptor(request.Services.GetServices<IDomainEventHandler>())),
        }));

    [TestMethod]
    public async Task Events_are_handled_in_the_transaction_that_saves()
    {
        await Tx.RunAsync(() => ShipAsync("tea"));

        Assert.AreEqual("tea, tea was shipped", await ItemsAsync());
        Assert.AreSequenceEqual(["tea"], Ledger.Mails);
    }

    [TestMethod]
    public async Task Failure_of_a_handler_fails_the_unit_and_nothing_is_told_outside()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await ShipAsync("tea");
            await (await Tx.SessionAsync(Shop)).SaveChangesAsync();
            await ShipAsync("unicorn");
        }));

        Assert.AreEqual("", await ItemsAsync());
        Assert.IsEmpty(Ledger.Mails);
    }

    [TestMethod]
    public async Task Event_of_an_entity_without_changes_waits_for_a_save_and_is_lost_without_one()
    {
        await Tx.RunAsync(() => ShipAsync("tea"));

        await Tx.RunAsync(async () => (await (await Tx.SessionAsync(Shop)).Orders.OrderBy(order => order.Id).FirstAsync()).See());
        Assert.AreEqual("tea, tea was shipped", await ItemsAsync());

        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            (await db.Orders.OrderBy(order => order.Id).FirstAsync()).See();
            await db.SaveChangesAsync();
        });
        Assert.AreEqual("tea, tea was shipped, something was shipped", await ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_save_with_events_is_refused()
        => Assert.ThrowsExactly<NotSupportedException>(() => Tx.Run(() =>
        {
            var order = new Order { Item = "tea" };
            Tx.Session(Shop).Orders.Add(order);
            order.Ship();
        }));

    private async Task ShipAsync(string item)
    {
        var order = new Order { Item = item };
        (await Tx.SessionAsync(Shop)).Orders.Add(order);
        order.Ship();
    }
}
