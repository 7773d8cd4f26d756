using Autofac;

namespace TxAspects.Tests;

/// <summary>Components that are resolved inside their unit, in Autofac.</summary>
[TestClass]
public sealed class UnitScopedComponentTests : UnitScopedSpecification
{
    private IContainer? _container;
    private ILifetimeScope? _scope;

    private IContainer Container => _container ??= Build();

    [TestCleanup]
    public async Task DisposeContainerAsync()
    {
        if (_scope is not null)
            await _scope.DisposeAsync();
        if (_container is not null)
            await _container.DisposeAsync();
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
            registration.As<IKeyed>().WithParameter("key", "given").OnActivated(_ => Log.Add($"activated {Tx.IsOpen}"))
                .OnRelease(_ => Log.Add("released")).WithMetadata("place", "here");
            if (!before)
                registration.InstancePerUnit();
            builder.RegisterType<KeyHolder>().SingleInstance();
        });

        Assert.AreEqual("given True", container.Resolve<KeyHolder>().Keyed.Key());
        Assert.AreEqual("given True", container.Resolve<KeyHolder>().Keyed.Key());
        Assert.AreEqual("activated True,released,activated True,released", string.Join(',', Log));
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

    protected override TService Resolve<TService>() => Container.Resolve<TService>();

    // A child scope with registrations of its own repeats those of its parent.
    protected override TService ResolveInScope<TService>()
        => (_scope ??= Container.BeginLifetimeScope(builder => builder.RegisterInstance("own"))).Resolve<Func<TService>>()();

    private static void AssertRefused(string text, Action<ContainerBuilder> register)
        => Assert.AreEqual(
            text, Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(register)).Findings.Single());

    private IContainer Build()
    {
        var number = 0;
        return Containers.Build(builder =>
        {
            builder.Register(_ => Tx.Session(Connect)).ExternallyOwned();
            builder.Register(_ => new Numbered(Log, ++number)).InstancePerLifetimeScope();
            builder.RegisterType<Sales>().As<ISales>().InstancePerUnit();
            builder.RegisterType<Journal>().As<IJournal>().InstancePerUnit();
            builder.RegisterType<Stock>().As<IStock>().InstancePerUnit();
            builder.RegisterType<Holder>().SingleInstance();
        });
    }

    public interface IGreeting
    {
        [UnitOfWork]
        string User();
    }

    public sealed class KeyHolder(IKeyed keyed)
    {
        public IKeyed Keyed => keyed;
    }

    public sealed class User : IDisposable
    {
        public string Name { get; set; } = "nobody";

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    public sealed class Greeting(User user) : IGreeting
    {
        public string User() => user.Name;
    }

    public sealed class Decorator(IKeyed inner) : IKeyed
    {
        public string Key() => $"decorated {inner.Key()}";
    }

    /// <summary>Its key is Autofac's.</summary>
    [UnitOfWork]
    public sealed class Keyed([ServiceKey] string key) : IKeyed
    {
        public string Key() => $"{key} {Tx.IsOpen}";
    }
}
