using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>
/// However a service is registered and asked for in Microsoft's container, it is proxied, and lives as long as it should.
/// </summary>
[TestClass]
public sealed class ProvidedServiceTests
{
    [TestMethod]
    [DataRow(ServiceLifetime.Singleton, true)]
    [DataRow(ServiceLifetime.Singleton, false)]
    [DataRow(ServiceLifetime.Scoped, true)]
    [DataRow(ServiceLifetime.Scoped, false)]
    [DataRow(ServiceLifetime.Transient, true)]
    [DataRow(ServiceLifetime.Transient, false)]
    public void Lifetime_is_kept(ServiceLifetime lifetime, bool byInterface)
    {
        var service = byInterface ? typeof(IOrders) : typeof(OrdersItself);
        using var provider = Providers.Build(
            services => services.Add(new(service, byInterface ? typeof(Orders) : typeof(OrdersItself), lifetime)));
        using var scope = provider.CreateScope();
        using var other = provider.CreateScope();

        AssertUnits(Resolve(scope), Resolve(scope), same: lifetime is not ServiceLifetime.Transient);
        AssertUnits(Resolve(scope), Resolve(other), same: lifetime is ServiceLifetime.Singleton);

        IOrders Resolve(IServiceScope from) => (IOrders)from.ServiceProvider.GetRequiredService(service);
    }

    [TestMethod]
    public void Keyed_services_are_proxied()
    {
        using var provider = Providers.Build(services => services
            .AddKeyedSingleton<IOrders, Orders>("type")
            .AddKeyedSingleton<IOrders>("instance", new Orders())
            .AddKeyedSingleton<IOrders>("lambda", (_, _) => new Orders())
            .AddKeyedSingleton<OrdersItself>("itself")
            .AddKeyedSingleton<IOrders, PlainOrders>("plain"));

        Assert.IsNotNull(provider.GetRequiredKeyedService<IOrders>("type").Unit());
        Assert.IsNotNull(provider.GetRequiredKeyedService<IOrders>("instance").Unit());
        Assert.IsNotNull(provider.GetRequiredKeyedService<IOrders>("lambda").Unit());
        Assert.IsNotNull(provider.GetRequiredKeyedService<OrdersItself>("itself").Unit());
        Assert.IsNull(provider.GetRequiredKeyedService<IOrders>("plain").Unit());
    }

    [TestMethod]
    public void Service_for_any_key_is_proxied_and_knows_its_key()
    {
        using var provider = Providers.Build(services => services.AddKeyedSingleton<IKeyed, Keyed>(KeyedService.AnyKey));

        Assert.AreEqual("first True", provider.GetRequiredKeyedService<IKeyed>("first").Key());
        Assert.AreEqual("second True", provider.GetRequiredKeyedService<IKeyed>("second").Key());
        Assert.AreNotSame(provider.GetRequiredKeyedService<IKeyed>("first"), provider.GetRequiredKeyedService<IKeyed>("second"));
        Assert.AreSame(provider.GetRequiredKeyedService<IKeyed>("first"), provider.GetRequiredKeyedService<IKeyed>("first"));
    }

    [TestMethod]
    public void Several_services_of_one_type_are_proxied_each_for_itself()
    {
        using var provider = Providers.Build(services => services
            .AddSingleton<IOrders, Orders>()
            .AddSingleton<IOrders, PlainOrders>()
            .AddSingleton<IOrders, OrdersItself>()
            .AddSingleton<IOrders>(_ => new Orders()));

        CollectionAssert.AreEqual(
            new[] { true, false, true, true }, provider.GetServices<IOrders>().Select(one => one.Unit() is not null).ToArray());
    }

    [TestMethod]
    public void Instance_by_interface_is_wrapped()
    {
        using var provider = Providers.Build(services => services.AddSingleton<IOrders>(new Orders()));

        Assert.IsNotNull(provider.GetRequiredService<IOrders>().Unit());
        Assert.AreSame(provider.GetRequiredService<IOrders>(), provider.GetRequiredService<IOrders>());
    }

    [TestMethod]
    public void Lambda_by_interface_is_wrapped_whatever_type_it_has()
    {
        AssertUnit(services => services.AddSingleton<IOrders>(_ => new Orders()));
        AssertUnit(services => services.AddSingleton<IOrders, Orders>(_ => new Orders()));
        AssertUnit(services => services.AddSingleton(typeof(IOrders), _ => new Orders()));
        AssertUnit(services => services.AddSingleton<IOrders, ServiceTests.PlainBase>(_ => new ServiceTests.MarkedDerived()));

        static void AssertUnit(Action<IServiceCollection> register)
        {
            using var provider = Providers.Build(register);
            Assert.IsNotNull(provider.GetRequiredService<IOrders>().Unit());
        }
    }

    [TestMethod]
    public void Lambda_that_gives_another_service_gives_its_proxy()
    {
        using var provider = Providers.Build(services => services
            .AddSingleton<OrdersItself>()
            .AddSingleton<IOrders>(one => one.GetRequiredService<OrdersItself>())
            .AddKeyedSingleton("again", (one, _) => one.GetRequiredService<IOrders>()));

        Assert.IsNotNull(provider.GetRequiredService<IOrders>().Unit());
        Assert.AreSame(provider.GetRequiredService<OrdersItself>(), provider.GetRequiredService<IOrders>());
        Assert.AreSame(provider.GetRequiredService<IOrders>(), provider.GetRequiredKeyedService<IOrders>("again"));
    }

    [TestMethod]
    public void Decorator_made_by_a_lambda_and_what_it_decorates_are_proxied()
    {
        using var provider = Providers.Build(services => services
            .AddKeyedSingleton<IOrders, Orders>("inner")
            .AddSingleton<IOrders>(one => new Decorator(one.GetRequiredKeyedService<IOrders>("inner"))));

        Assert.IsNotNull(provider.GetRequiredService<IOrders>().Unit());
        Assert.IsTrue(UnitOfWorkProxies.IsProxy(provider.GetRequiredService<IOrders>()));
        Assert.IsTrue(UnitOfWorkProxies.IsProxy(provider.GetRequiredKeyedService<IOrders>("inner")));
    }

    [TestMethod]
    public void Lambda_that_gives_null_gives_null()
    {
        using var provider = Providers.Build(services => services.AddTransient<IOrders>(_ => null!));

        Assert.IsNull(provider.GetService<IOrders>());
    }

    [TestMethod]
    public void Service_registered_by_its_base_class_is_replaced_by_a_derived_one()
    {
        using var provider = Providers.Build(services => services.AddSingleton<OrdersItself, ServiceTests.SeveralItself>());

        Assert.IsNotNull(provider.GetRequiredService<OrdersItself>().Unit());
        Assert.IsInstanceOfType<ServiceTests.SeveralItself>(provider.GetRequiredService<OrdersItself>());
    }

    [TestMethod]
    public void Closed_generic_is_proxied()
    {
        using var provider = Providers.Build(services => services
            .AddSingleton<IRepository<int>, Repository<int>>()
            .AddSingleton<RepositoryItself<string>>()
            .AddSingleton(typeof(IList<>), typeof(List<>)));

        Assert.IsNotNull(provider.GetRequiredService<IRepository<int>>().Unit(1));
        Assert.IsNotNull(provider.GetRequiredService<RepositoryItself<string>>().Unit("a"));
    }

    private static void AssertUnits(IOrders first, IOrders second, bool same)
    {
        Assert.AreEqual(same, ReferenceEquals(first, second));
        Assert.IsNotNull(first.Unit());
        Assert.IsNotNull(second.Unit());
    }

    [UnitOfWork]
    public sealed class Decorator(IOrders inner) : IOrders
    {
        public ITxUnit? Unit() => inner.Unit();
    }

    public interface IKeyed
    {
        string Key();
    }

    [UnitOfWork]
    public sealed class Keyed([ServiceKey] string key) : IKeyed
    {
        public string Key() => $"{key} {Tx.IsOpen}";
    }
}
