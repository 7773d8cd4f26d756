using Autofac;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Components that are resolved inside their unit, with contexts in their constructors, in Autofac.</summary>
[TestClass]
public sealed class UnitScopedComponentTests : DatabaseTests
{
    private readonly List<string> _log = [];

    [TestMethod]
    public async Task Method_that_returns_commits_what_it_and_its_repository_wrote_and_one_that_throws_nothing()
    {
        await using var container = Build();

        await container.Resolve<ISales>().SellAsync("tea");
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => container.Resolve<ISales>().SellAsync("milk", fails: true));

        Assert.AreEqual("stock of tea,tea", await Master.ItemsAsync());
        Assert.AreEqual("scope 1,disposed 1,scope 2,disposed 2", string.Join(',', _log));
    }

    [TestMethod]
    public async Task New_context_inside_has_a_scope_of_its_own_and_survives()
    {
        await using var container = Build();

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => container.Resolve<ISales>().SellAsync("tea", fails: true, noted: true));

        Assert.AreEqual("note of tea", await Master.ItemsAsync());
        Assert.AreEqual("scope 1,scope 2,disposed 2,disposed 1", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Calls_that_join_share_the_scope_and_the_target_from_every_scope_and_at_once()
    {
        await using var container = Build();
        await using var scope = container.BeginLifetimeScope(builder => builder.RegisterInstance("own"));
        ISales[] all = [container.Resolve<ISales>(), scope.Resolve<ISales>(), scope.Resolve<Func<ISales>>()()];

        await Tx.RunAsync(async () =>
        {
            var targets = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(all[number % 3].TargetAsync)));
            Assert.HasCount(1, targets.Distinct());
            Assert.AreSame(await Tx.SessionAsync(Connect), all[0].Context());
        });

        Assert.AreEqual("scope 1,disposed 1", string.Join(',', _log));
    }

    [TestMethod]
    public async Task Each_attempt_has_a_target_of_its_own()
    {
        await using var container = Build();

        await container.Resolve<ISales>().RetryAsync("tea");

        Assert.AreEqual("scope 1,disposed 1,scope 2,disposed 2", string.Join(',', _log));
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Method_that_opens_no_unit_runs_in_the_one_that_is_open_and_is_refused_without_one()
    {
        await using var container = Build();
        var stock = container.Resolve<IStock>();

        await Tx.RunAsync(() => stock.AddAsync("tea"));
        var refused = await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => stock.AddAsync("milk"));

        Assert.AreEqual("stock of tea", await Master.ItemsAsync());
        Assert.AreEqual("Stock.AddAsync", refused.MethodName);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Word_may_come_anywhere_and_configuration_is_the_targets(bool before)
    {
        await using var container = Containers.Build(builder =>
        {
            var registration = builder.RegisterType<Keyed>();
            if (before)
                registration.InstancePerUnit();
            registration.As<IKeyed>().WithParameter("key", "given").OnActivated(_ => _log.Add($"activated {Tx.IsOpen}"))
                .OnRelease(_ => _log.Add("released")).WithMetadata("place", "here");
            if (!before)
                registration.InstancePerUnit();
            builder.RegisterType<Holder>().SingleInstance();
        });

        Assert.AreEqual("given True", container.Resolve<Holder>().Keyed.Key());
        Assert.AreEqual("given True", container.Resolve<Holder>().Keyed.Key());
        Assert.AreEqual("activated True,released,activated True,released", string.Join(',', _log));
        var meta = container.Resolve<global::Autofac.Features.Metadata.Meta<IKeyed>>();
        Assert.AreEqual("here", meta.Metadata["place"]);
    }

    [TestMethod]
    public void Keyed_services_have_a_target_each_which_knows_its_key()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Keyed>().Keyed<IKeyed>("first").InstancePerUnit();
            builder.RegisterType<Keyed>().Keyed<IKeyed>("second").InstancePerUnit();
        });

        Assert.AreEqual("first True", container.ResolveKeyed<IKeyed>("first").Key());
        Assert.AreEqual("second True", container.ResolveKeyed<IKeyed>("second").Key());
    }

    [TestMethod]
    public void Lambdas_scans_decorators_and_child_scopes_work()
    {
        using var container = Containers.Build(builder =>
        {
            builder.Register(_ => new Keyed("lambda")).As<IKeyed>().InstancePerUnit();
            builder.RegisterDecorator<Decorator, IKeyed>();
        });
        using var scope = container.BeginLifetimeScope(builder => builder.RegisterAssemblyTypes(typeof(Keyed).Assembly)
            .Where(type => type == typeof(Keyed)).As<IKeyed>().WithParameter("key", "scan").InstancePerUnit());

        Assert.AreEqual("decorated lambda True", container.Resolve<IKeyed>().Key());
        Assert.AreEqual("decorated scan True", scope.Resolve<IKeyed>().Key());
    }

    [TestMethod]
    [DataRow(true, "anna")]
    [DataRow(false, "nobody")]
    public void Service_that_is_named_comes_along_and_no_other(bool carried, string expected)
    {
        using var container = Containers.Build(
            builder =>
            {
                builder.RegisterType<User>().InstancePerLifetimeScope();
                builder.RegisterType<Greeting>().As<IGreeting>().InstancePerUnit();
            },
            options => _ = carried ? options.Carry<User>() : options);
        User user;
        using (var scope = container.BeginLifetimeScope())
        {
            user = scope.Resolve<User>();
            user.Name = "anna";
            Assert.AreEqual(expected, scope.Resolve<IGreeting>().User());
            Assert.AreEqual("nobody", container.Resolve<IGreeting>().User());
            Assert.IsFalse(user.IsDisposed, "It belongs to its own scope.");
        }

        Assert.IsTrue(user.IsDisposed);
    }

    [TestMethod]
    public void What_cannot_be_resolved_inside_its_unit_is_refused_when_the_container_is_built()
    {
        AssertRefused("'OrdersItself' is to be resolved inside its unit of work, but is registered as the class 'OrdersItself', whose " +
                      "objects the container gives out before. Register it by an interface.",
            builder => builder.RegisterType<OrdersItself>().InstancePerUnit());
        AssertRefused("'Orders' is to be resolved inside its unit of work, but has another lifetime as well, such as SingleInstance. Remove " +
                      "that one. The proxy has no state, so that a single instance may hold it.",
            builder => builder.RegisterType<Orders>().As<IOrders>().SingleInstance().InstancePerUnit());
        AssertRefused("'Orders' is to be resolved inside its unit of work, but has another lifetime as well, such as SingleInstance. Remove " +
                      "that one. The proxy has no state, so that a single instance may hold it.",
            builder => builder.RegisterType<Orders>().As<IOrders>().InstancePerUnit().InstancePerMatchingLifetimeScope("a"));
        AssertRefused("'IOrders' is to be resolved inside its unit of work, but the lambda that makes it does not tell its class, whose " +
                      "attributes count. Give the lambda the type of the class, and register it by an interface with As.",
            builder => builder.Register<IOrders>(_ => new Orders()).InstancePerUnit());
        AssertRefused("'Keyed' is to be resolved inside its unit of work and takes its key by [ServiceKey], but is registered by several " +
                      "services, which share one object. Register it once for each.",
            builder => builder.RegisterType<Keyed>().Keyed<IKeyed>("a").Keyed<IKeyed>("b").InstancePerUnit());
    }

    private static void AssertRefused(string text, Action<ContainerBuilder> register)
        => Assert.AreEqual(
            text, Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(register)).Findings.Single());

    private IContainer Build()
    {
        var number = 0;
        return Containers.Build(builder =>
        {
            builder.Register(_ => Tx.Session(Connect)).ExternallyOwned();
            builder.Register(_ => new Numbered(_log, ++number)).InstancePerLifetimeScope();
            builder.RegisterType<Sales>().As<ISales>().InstancePerUnit();
            builder.RegisterType<Journal>().As<IJournal>().InstancePerUnit();
            builder.RegisterType<Stock>().As<IStock>().InstancePerUnit();
        });
    }

    public interface ISales
    {
        [UnitOfWork]
        Task SellAsync(string item, bool fails = false, bool noted = false);

        [UnitOfWork(MaxRetries = 1, RetryOnConcurrencyFailure = true)]
        Task RetryAsync(string item);

        [UnitOfWork]
        Task<object> TargetAsync();

        DbContext Context();
    }

    public interface IStock { Task AddAsync(string item); }

    public interface IJournal { [NewContext] Task NoteAsync(string item); }

    public interface IKeyed { string Key(); }

    public interface IGreeting { [UnitOfWork] string User(); }

    public sealed class Holder(IKeyed keyed) { public IKeyed Keyed => keyed; }

    public sealed class User : IDisposable
    {
        public string Name { get; set; } = "nobody";

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    public sealed class Greeting(User user) : IGreeting { public string User() => user.Name; }

    [UnitOfWork]
    public sealed class Keyed([ServiceKey] string key) : IKeyed { public string Key() => $"{key} {Tx.IsOpen}"; }

    public sealed class Decorator(IKeyed inner) : IKeyed { public string Key() => $"decorated {inner.Key()}"; }

    /// <summary>Says when a scope makes it, and when it is disposed.</summary>
    public sealed class Numbered : IDisposable
    {
        private readonly List<string> _log;

        public Numbered(List<string> log, int number)
        {
            (_log, Number) = (log, number);
            log.Add($"scope {number}");
        }

        public int Number { get; }

        public void Dispose() => _log.Add($"disposed {Number}");
    }

    public sealed class Stock(ShopContext db) : IStock
    {
        public async Task AddAsync(string item)
        {
            db.Orders.Add(new Order { Item = $"stock of {item}" });
            await db.SaveChangesAsync();
        }
    }

    public sealed class Journal(ShopContext db, Numbered number) : IJournal
    {
        public Task NoteAsync(string item)
        {
            Assert.IsGreaterThan(1, number.Number);
            db.Orders.Add(new Order { Item = $"note of {item}" });
            return Task.CompletedTask;
        }
    }

    public sealed class Sales(ShopContext db, IStock stock, IJournal journal, Numbered number) : ISales
    {
        public async Task SellAsync(string item, bool fails, bool noted)
        {
            db.Orders.Add(new Order { Item = item });
            await stock.AddAsync(item);
            if (noted)
                await journal.NoteAsync(item);
            if (fails)
                throw new OutOfStockException();
        }

        public async Task RetryAsync(string item)
        {
            db.Orders.Add(new Order { Item = item });
            await db.SaveChangesAsync();
            if (number.Number == 1)
                throw new DbUpdateConcurrencyException();
        }

        public Task<object> TargetAsync() => Task.FromResult<object>(this);

        public DbContext Context() => db;
    }
}
