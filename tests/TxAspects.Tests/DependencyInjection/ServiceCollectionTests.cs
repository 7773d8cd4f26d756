using Castle.DynamicProxy;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>What AddTxAspects finds, whenever it is called.</summary>
[TestClass]
public sealed class ServiceCollectionTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Call_may_come_before_or_after_the_services(bool before)
    {
        var services = new ServiceCollection();
        if (before)
            services.AddTxAspects();
        services.AddScoped<IOrders, Orders>().AddScoped<OrdersItself>().AddKeyedScoped<IOrders>("key", (_, _) => new Orders());
        if (!before)
            services.AddTxAspects();
        using var provider = before ? services.BuildTxServiceProvider() : services.BuildServiceProvider();

        AssertWrappedOnce(provider.GetRequiredService<IOrders>());
        AssertWrappedOnce(provider.GetRequiredService<OrdersItself>());
        AssertWrappedOnce(provider.GetRequiredKeyedService<IOrders>("key"));
    }

    [TestMethod]
    public void Call_twice_wraps_once_and_adds_to_the_options()
    {
        using var provider = Providers.Build(
            services => services.AddScoped<IOrders, Orders>().AddTxAspects(options => options.RetryDelay = TimeSpan.FromSeconds(1)),
            options => options.RollbackWhen<bool>(_ => true));

        using var scope = provider.CreateScope();
        AssertWrappedOnce(scope.ServiceProvider.GetRequiredService<IOrders>());
        Assert.AreEqual(TimeSpan.FromSeconds(1), provider.GetServices<TxAspectsOptions>().Single().RetryDelay);
    }

    [TestMethod]
    public void Second_provider_of_one_collection_is_proxied_with_what_was_added_since()
    {
        var services = new ServiceCollection().AddTxAspects().AddSingleton<IOrders, Orders>();
        using var first = services.BuildTxServiceProvider();
        services.AddSingleton<OrdersItself>();
        using var second = services.BuildTxServiceProvider();

        AssertWrappedOnce(first.GetRequiredService<IOrders>());
        AssertWrappedOnce(second.GetRequiredService<IOrders>());
        AssertWrappedOnce(second.GetRequiredService<OrdersItself>());
        Assert.AreNotSame(first.GetRequiredService<IOrders>(), second.GetRequiredService<IOrders>());
    }

    [TestMethod]
    public void Two_collections_do_not_disturb_each_other()
    {
        var shared = ServiceDescriptor.Singleton<IOrders, Orders>();
        using var first = Providers.Build(services => services.Add(shared));
        using var second = Providers.Build(services => services.Add(shared));

        AssertWrappedOnce(first.GetRequiredService<IOrders>());
        AssertWrappedOnce(second.GetRequiredService<IOrders>());
    }

    [TestMethod]
    public void Collection_taken_over_into_another_that_has_its_own_call_is_proxied()
    {
        var part = new ServiceCollection().AddTxAspects().AddSingleton<IOrders, Orders>();
        using var provider = Providers.Build(services =>
        {
            foreach (var one in part)
                services.Add(one);
            services.AddSingleton<OrdersItself>();
        });

        AssertWrappedOnce(provider.GetRequiredService<IOrders>());
        AssertWrappedOnce(provider.GetRequiredService<OrdersItself>());
    }

    [TestMethod]
    public void Service_without_an_attribute_is_the_very_object()
    {
        var plain = new PlainOrders();
        using var provider = Providers.Build(services => services
            .AddSingleton<IOrders>(plain)
            .AddKeyedSingleton<IOrders, PlainOrders>("type")
            .AddKeyedSingleton<IOrders>("lambda", (_, _) => plain)
            .AddSingleton<PlainOrders>());

        Assert.AreSame(plain, provider.GetRequiredService<IOrders>());
        Assert.AreSame(plain, provider.GetRequiredKeyedService<IOrders>("lambda"));
        Assert.AreEqual(typeof(PlainOrders), provider.GetRequiredKeyedService<IOrders>("type").GetType());
        Assert.AreEqual(typeof(PlainOrders), provider.GetRequiredService<PlainOrders>().GetType());
    }

    [TestMethod]
    public void Interceptor_and_options_can_be_resolved()
    {
        using var provider = Providers.Build(_ => { });

        Assert.IsNotNull(provider.GetRequiredService<UnitOfWorkInterceptor>());
        Assert.AreSame(provider.GetRequiredService<TxAspectsOptions>(), provider.GetRequiredService<TxAspectsOptions>());
    }

    private static void AssertWrappedOnce(object service)
    {
        Assert.IsTrue(UnitOfWorkProxies.IsProxy(service));
        var proxy = (IProxyTargetAccessor)service;
        Assert.HasCount(1, proxy.GetInterceptors());
        if (proxy.DynProxyGetTarget() is { } target && !ReferenceEquals(target, service))
            Assert.IsFalse(ProxyUtil.IsProxy(target));
        else
            Assert.IsFalse(ProxyUtil.IsProxyType(service.GetType().BaseType!));
    }
}
