using DotNetCore.CAP;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Neighbours.Tests.Cap.Redis;

namespace TxAspects.Neighbours.Tests.Cap;

/// <summary>DotNetCore.CAP with its outbox in the unit's transaction, on PostgreSQL, with a Redis as the broker.</summary>
[TestClass]
public sealed class CapTests : NeighbourTests
{
    private const string Topic = "orders.placed";
    private const string Stored = "SELECT count(*) FROM cap.published";
    private const string Done = "SELECT count(*) FROM cap.received WHERE \"StatusName\" = 'Succeeded'";

    private static RedisServer? _redis;

    private IOrderService Orders => Provider.GetRequiredService<IOrderService>();

    private ICapPublisher Publisher => Provider.GetRequiredService<ICapPublisher>();

    private RedisBroker Broker => Provider.GetRequiredService<RedisBroker>();

    [ClassInitialize]
    public static async Task StartRedisAsync(TestContext context) => _redis = await RedisServer.StartAsync();

    [ClassCleanup]
    public static async Task StopRedisAsync()
    {
        if (_redis is not null)
            await _redis.DisposeAsync();
    }

    [TestMethod]
    public async Task Message_is_stored_in_the_units_transaction_and_sent_after_its_commit()
    {
        await StartCapAsync();

        await Tx.RunAsync(async () =>
        {
            await Orders.PlaceAsync("tea");
            Assert.AreEqual(0L, await ScalarAsync<long>(Stored), "Nobody sees the message before the commit.");
            Assert.IsEmpty(await Broker.BodiesAsync(Topic));
        });

        await WaitForItemsAsync("tea, shipped");
        Assert.HasCount(1, await Broker.BodiesAsync(Topic));
    }

    [TestMethod]
    public async Task Message_of_a_unit_that_rolls_back_is_never_sent()
    {
        await StartCapAsync();

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Orders.PlaceAsync("unicorn", fails: true));
        var tea = await Orders.PlaceAsync("tea");

        await WaitForItemsAsync("tea, shipped");
        Assert.AreSequenceEqual([$"{tea}"], await Broker.BodiesAsync(Topic));
        Assert.AreEqual(1L, await ScalarAsync<long>(Stored));
    }

    [TestMethod]
    public async Task Message_of_a_nested_call_that_was_undone_is_not_sent_with_the_rest()
    {
        await StartCapAsync();

        await Tx.RunAsync(async () =>
        {
            await Orders.PlaceAsync("tea");
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(
                () => Orders.PlaceAsync("unicorn", fails: true), new UnitOfWorkOptions { Propagation = Propagation.Nested }));
        });

        await WaitForItemsAsync("tea, shipped");
        Assert.HasCount(1, await Broker.BodiesAsync(Topic));
    }

    [TestMethod]
    public async Task Units_that_run_at_the_same_time_have_their_own_messages()
    {
        await StartCapAsync();
        using var bothPublished = new Barrier(2);

        var committed = Task.Run(() => RunAsync(1, fails: false));
        var rolledBack = Task.Run(() => RunAsync(2, fails: true));
        await committed;
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => rolledBack);

        await WaitForAsync(async () => (await Broker.BodiesAsync(Topic)).Length == 1);
        Assert.AreSequenceEqual(["1"], await Broker.BodiesAsync(Topic));
        Assert.AreEqual(1L, await ScalarAsync<long>(Stored));

        Task RunAsync(int order, bool fails) => Tx.RunAsync(async () =>
        {
            await Publisher.PublishAsync(Topic, order);
            bothPublished.SignalAndWait();
            if (fails)
                throw new OutOfStockException();
        });
    }

    [TestMethod]
    public async Task Message_that_comes_twice_does_its_work_once()
    {
        await StartCapAsync();
        var tea = await Orders.PlaceAsync("tea");
        await WaitForItemsAsync("tea, shipped");

        await Publisher.PublishAsync(Topic, tea);

        await WaitForAsync(async () => await ScalarAsync<long>(Done) == 2);
        Assert.AreEqual("tea, shipped", await ItemsAsync());
    }

    [TestMethod]
    public async Task Transaction_of_CAP_is_refused_with_the_remedy()
    {
        await StartCapAsync();

#pragma warning disable TXA008 // This is what the test is about.
        var refused = await Assert.ThrowsExactlyAsync<NotSupportedException>(() => Tx.RunAsync(
            async () => (await Tx.SessionAsync(Shop)).Database.BeginTransaction(Publisher)));
#pragma warning restore TXA008

        StringAssert.Contains(refused.Message, "Publish inside a unit of work");
    }

    [TestMethod]
    public async Task Publisher_as_it_is_sends_whether_the_unit_commits_or_not()
    {
        await StartCapAsync(publishInUnits: false);

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Orders.PlaceAsync("unicorn", fails: true));

        await WaitForAsync(async () => (await Broker.BodiesAsync(Topic)).Length == 1);
        Assert.AreEqual("", await ItemsAsync());
    }

    private async Task StartCapAsync(bool publishInUnits = true)
    {
        Start(services =>
        {
            services.AddCapShop(Database.ConnectionString, _redis!.Address, publishInUnits);
            services.AddTransient<ShippingSubscriber>();
        });
        await Broker.Database.KeyDeleteAsync(Topic);
        await Provider.GetRequiredService<IBootstrapper>().BootstrapAsync();
    }

    private Task WaitForItemsAsync(string items) => WaitForAsync(async () => await ItemsAsync() == items);

    private static async Task WaitForAsync(Func<Task<bool>> isThere)
    {
        for (var attempt = 0; !await isThere(); attempt++)
        {
            Assert.IsLessThan(3000, attempt, "It did not come.");
            await Task.Delay(20);
        }
    }
}
