using Autofac;
using Microsoft.EntityFrameworkCore;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Reference;

/// <summary>What docs/atomic.md, docs/dependency-injection.md, docs/observability.md and docs/testing.md show inside units.</summary>
[TestClass]
public sealed class UnitPagesTests
{
    private readonly List<string> _sent = [];
    private TemporaryDatabase _database = null!;

    private static DbConnect<ShopContext> Master => Shop.Master;

    [TestInitialize]
    public async Task CreateAsync()
    {
        _database = await TemporaryDatabase.CreateAsync(Server.Current);
        Shop.Master = PostgresConnect.Create<ShopContext>(_database.ConnectionString, "shop");
        await Shop.Master.EnsureCreatedAsync();
    }

    [TestCleanup]
    public async Task DropAsync()
    {
        await Shop.Master.DisposeAsync();
        await _database.DisposeAsync();
    }

    [TestMethod]
    public Task Block_is_durable_at_once() => Tx.RunAsync(async () =>
    {
        var order = new Order { Item = "tea" };
        await Tx.AtomicAsync(Master, async db =>
        {
            db.Orders.Add(order);
            await db.SaveChangesAsync();
        });

        await using var other = await Tx.NewSessionAsync(Master);
        Assert.AreEqual(1, await other.Orders.CountAsync());
    });

    [TestMethod]
    public async Task Hook_of_every_unit_runs()
    {
        var bus = new Bus(_sent);
        var builder = CreateBuilder();
        builder.RegisterModule(new TxAspectsModule(options =>
            options.OnOpened = unit => Tx.OnCommitted(token => bus.SendAsync(unit.Items, token))));
        await using var container = builder.Build();

        await container.Resolve<IOrders>().PlaceAsync(new Order { Item = "tea" });

        Assert.HasCount(1, _sent);
    }

    [TestMethod]
    public async Task Log_knows_how_units_ended()
    {
        UnitLog log = null!;
        var builder = CreateBuilder();
        builder.RegisterModule(new TxAspectsModule(options => log = UnitLog.Listen(options)));
        await using var container = builder.Build();

        await container.Resolve<IOrders>().PlaceAsync(new Order { Item = "tea" });

        log.AssertCommitted("Orders.PlaceAsync");
    }

    [TestMethod]
    public async Task Class_and_interface_are_proxied_and_steps_are_told()
    {
        var builder = new ContainerBuilder();
        builder.RegisterInstance(Master).ExternallyOwned();
        builder.RegisterModule(new TxAspectsModule());
        builder.RegisterType<Orders>().As<IOrders>();             // an interface proxy, without a word
        builder.RegisterType<Invoices>().EnableUnitOfWork();      // a class registered as itself asks for its class proxy
        await using var container = builder.Build();
        await using var watched = CreateBuilder(Configure).Build();

        await watched.Resolve<IOrders>().PlaceAsync(new Order { Item = "tea" });

        Assert.AreNotEqual(typeof(Invoices), container.Resolve<Invoices>().GetType());
        Assert.AreNotEqual(typeof(Orders), container.Resolve<IOrders>().GetType());
        await using var db = await Tx.NewSessionAsync(Master);
        Assert.AreEqual("tea", (await db.Orders.SingleAsync()).Item);
    }

    [TestMethod]
    public async Task Test_sees_what_the_application_wrote()
    {
        var orders = new InUnits(new Orders(Master));
        await using var test = await TransactionalTest.BeginAsync(Shop.Master);

        await orders.PlaceAsync(new Order { Item = "tea" });          // the application, as in production

        Assert.AreEqual("tea", (await test.Session(Shop.Master).Orders.SingleAsync()).Item);
    }

    [TestMethod]
    public async Task Template_is_migrated_once()
    {
        var server = await PostgresServer.FindOrStartAsync();
        var template = await TestTemplate.CreateAsync(server, async connectionString =>
        {
            await using var db = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseNpgsql(connectionString).Options);
            await db.Database.MigrateAsync();
        });
        await using (server)
        await using (template)
        {
            await using var database = await template.CreateDatabaseAsync();
            Assert.AreNotEqual("", database.ConnectionString);
        }
    }

    private static ContainerBuilder CreateBuilder(Action<TxAspectsOptions>? configure = null)
    {
        var builder = new ContainerBuilder();
        builder.RegisterInstance(Master).ExternallyOwned();
        builder.RegisterType<Orders>().As<IOrders>();
        if (configure is not null)
            builder.RegisterModule(new TxAspectsModule(configure));
        return builder;
    }

    private static void Configure(TxAspectsOptions options)
    {
        options.Observe(new StepLog());
        options.WarnWhenOpenLongerThan = TimeSpan.FromMinutes(1);
        options.WarnWhenIdleInTransactionLongerThan = TimeSpan.FromSeconds(10);
        options.SequenceIdleLimit = TimeSpan.FromMinutes(5);
    }

    public sealed class StepLog : UnitObserver
    {
        public override void Ended(ITxUnit unit, UnitStep step)
            => Console.WriteLine($"{unit.Name}: {step.Kind} {step.Name} took {step.Duration}");
    }

    private static class Shop
    {
        public static DbConnect<ShopContext> Master { get; set; } = null!;
    }

    private sealed class InUnits(IOrders orders) : IOrders
    {
        public Task PlaceAsync(Order order) => Tx.RunAsync(() => orders.PlaceAsync(order));
    }

    private sealed class Bus(List<string> sent)
    {
        public Task SendAsync(ICollection<KeyValuePair<object, object?>> items, CancellationToken cancellationToken)
        {
            sent.Add($"{items.Count}");
            return Task.CompletedTask;
        }
    }
}
