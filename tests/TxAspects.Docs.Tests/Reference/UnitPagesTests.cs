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
    public async Task Log_knows_how_units_ended_and_what_ran_in_them()
    {
        UnitLog log = null!;
        var builder = CreateBuilder();
        builder.RegisterModule(new TxAspectsModule(options => log = UnitLog.Listen(options)));
        builder.RegisterType<Import>().As<IImport>();
        await using var container = builder.Build();

        await container.Resolve<IImport>().RunAsync(["tea", "coffee"]);

        var unit = log.AssertCommitted("Import.RunAsync");          // the message tells how it ended otherwise, and why
        Assert.AreSequenceEqual(["Orders.PlaceAsync", "Orders.PlaceAsync"], unit.Methods);
    }

    [TestMethod]
    public async Task Outcome_is_told_to_the_application_and_kept_by_the_unit()
    {
        var audit = new Audit();
        var builder = CreateBuilder();
        builder.RegisterModule(new TxAspectsModule(options => options.OnEnded = outcome => audit.Note(outcome)));   // each attempt
        await using var container = builder.Build();
        var orders = container.Resolve<IOrders>();
        var order = new Order { Item = "tea" };

        await using var scope = Tx.Open();
        await orders.PlaceAsync(order);
        await scope.CompleteAsync();
        var outcome = scope.Unit!.Outcome;

        Assert.AreEqual(UnitOfWorkState.Committed, outcome!.State);
        Assert.AreSame(outcome, audit.Noted.Single());
    }

    [TestMethod]
    public async Task Hook_after_a_rollback_knows_the_outcome()
    {
        var audit = new Audit();
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Tx.RunAsync(() =>
        {
            var unit = Tx.Current!;
            Tx.OnRolledBack(() => audit.Note(unit.Outcome));     // null after an early rollback, because the unit is still open
            throw new InvalidOperationException();
        }));

        Assert.AreEqual(UnitOfWorkState.RolledBack, audit.Noted.Single()!.State);
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
    public async Task Round_trips_are_counted()
    {
        await using var template = await TestTemplate.CreateAsync(Server.Current, Frameworks.Shop.MigrateAsync);

        await using var database = await template.CreateDatabaseAsync(countRoundTrips: true);
        await using var shop = PostgresConnect.Create<ShopContext>(database.ConnectionString);
        await Tx.RunAsync(PlaceAsync);                              // the first time also opens a connection

        var count = await database.Wire!.CountAsync(() => Tx.RunAsync(PlaceAsync));

        Assert.AreEqual(2, count.RoundTrips);

        async Task PlaceAsync() => (await Tx.SessionAsync(shop)).Orders.Add(new Order { Item = "tea" });
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

    public interface IImport
    {
        [UnitOfWork]
        Task RunAsync(string[] items);
    }

    public sealed class Import(IOrders orders) : IImport
    {
        public async Task RunAsync(string[] items)
        {
            foreach (var item in items)
                await orders.PlaceAsync(new Order { Item = item });
        }
    }

    private sealed class Audit
    {
        public List<UnitOfWorkOutcome?> Noted { get; } = [];

        public void Note(UnitOfWorkOutcome? outcome) => Noted.Add(outcome);
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
