using TxAspects.Interception;
using Autofac;
using Autofac.Builder;
using Castle.DynamicProxy;

namespace TxAspects.Tests;

/// <summary>What the module and EnableUnitOfWork attach to.</summary>
[TestClass]
public sealed class ModuleTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Module_may_come_before_or_after_the_components(bool before)
    {
        var builder = new ContainerBuilder();
        if (before)
            builder.RegisterModule(new TxAspectsModule());
        builder.RegisterModule<OrdersModule>();
        if (!before)
            builder.RegisterModule(new TxAspectsModule());
        using var container = builder.Build();

        Assert.IsNotNull(container.Resolve<IOrders>().Unit());
        Assert.IsNotNull(container.Resolve<OrdersItself>().Unit());
    }

    [TestMethod]
    public void Module_registered_twice_wraps_once()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterModule(new TxAspectsModule());
            builder.RegisterModule<OrdersModule>();
            builder.Register<IOrders>(_ => new Orders()).Named<IOrders>("lambda");
        });

        AssertWrappedOnce(container.Resolve<IOrders>());
        AssertWrappedOnce(container.ResolveNamed<IOrders>("lambda"));
        AssertWrappedOnce(container.Resolve<OrdersItself>());
    }

    [TestMethod]
    public void Registration_enables_itself_without_the_module()
    {
        var builder = new ContainerBuilder();
        builder.RegisterType<Orders>().As<IOrders>().EnableUnitOfWork();
        builder.RegisterType<OrdersItself>().EnableUnitOfWork();
        builder.RegisterType<Orders>().Named<IOrders>("other");
        using var container = builder.Build();

        Assert.IsNotNull(container.Resolve<IOrders>().Unit());
        Assert.IsNotNull(container.Resolve<OrdersItself>().Unit());
        Assert.IsNull(container.ResolveNamed<IOrders>("other").Unit());
    }

    [TestMethod]
    public void Registration_that_enables_itself_beside_the_module_is_wrapped_once()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Orders>().As<IOrders>().EnableUnitOfWork();
            builder.RegisterType<OrdersItself>().EnableUnitOfWork();
            builder.Register<IOrders>(_ => new Orders()).Named<IOrders>("lambda").EnableUnitOfWork();
        });

        AssertWrappedOnce(container.Resolve<IOrders>());
        AssertWrappedOnce(container.Resolve<OrdersItself>());
        AssertWrappedOnce(container.ResolveNamed<IOrders>("lambda"));
    }

    [TestMethod]
    public void Scanned_components_are_proxied()
    {
        using var container = Containers.Build(builder => builder.RegisterAssemblyTypes(typeof(ModuleTests).Assembly)
            .Where(type => type == typeof(Orders) || type == typeof(PlainOrders)).AsImplementedInterfaces());

        CollectionAssert.AreEquivalent(
            new[] { true, false }, container.Resolve<IEnumerable<IOrders>>().Select(one => one.Unit() is not null).ToArray());
    }

    [TestMethod]
    public void Scan_enables_the_attributed_types_it_finds()
    {
        var builder = new ContainerBuilder();
        builder.RegisterAssemblyTypes(typeof(ModuleTests).Assembly)
            .Where(type => type == typeof(Orders) || type == typeof(PlainOrders)).As<IOrders>().EnableUnitOfWork();
        using var container = builder.Build();

        CollectionAssert.AreEquivalent(
            new[] { true, false }, container.Resolve<IEnumerable<IOrders>>().Select(one => one.Unit() is not null).ToArray());
    }

    [TestMethod]
    public void Components_of_a_child_scope_are_proxied()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Orders>().Named<IOrders>("parent"));
        using var scope = container.BeginLifetimeScope(builder =>
        {
            builder.RegisterType<Orders>().As<IOrders>();
            builder.RegisterType<OrdersItself>().EnableUnitOfWork();
        });

        AssertWrappedOnce(scope.Resolve<IOrders>());
        AssertWrappedOnce(scope.Resolve<OrdersItself>());
        AssertWrappedOnce(scope.ResolveNamed<IOrders>("parent"));
    }

    [TestMethod]
    public void Component_seen_through_a_child_scope_with_registrations_of_its_own_is_wrapped_once()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<OrdersItself>().EnableUnitOfWork();
            builder.Register<IOrders>(_ => new Orders());
        });
        using var scope = container.BeginLifetimeScope(builder => builder.RegisterInstance("own"));

        AssertWrappedOnce(scope.Resolve<OrdersItself>());
        AssertWrappedOnce(scope.Resolve<IOrders>());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Startable_component_starts_in_a_unit(bool byInterface)
    {
        var started = new List<bool>();
        using var container = Containers.Build(builder =>
        {
            builder.RegisterInstance(started);
            if (byInterface)
                builder.RegisterType<Starter>().As<IStartable>().SingleInstance();
            else
                builder.RegisterType<StarterItself>().EnableUnitOfWork().AsSelf().As<IStartable>().SingleInstance();
        });

        Assert.IsNotNull(container.Resolve<IStartable>());
        CollectionAssert.AreEqual(new[] { true }, started, "It starts once.");
    }

    [TestMethod]
    public void Startable_component_of_a_lambda_starts_in_a_unit()
    {
        var started = new List<bool>();
        using var container = Containers.Build(
            builder => builder.Register<IStartable>(_ => new Starter(started)).SingleInstance().OnActivated(_ => started.Add(Tx.IsOpen)));

        Assert.IsNotNull(container.Resolve<IStartable>());
        CollectionAssert.AreEqual(new[] { true, false }, started, "It starts once, and its handler runs outside.");
    }

    [TestMethod]
    public void Startable_component_that_another_one_needs_starts_once_and_its_handlers_see_the_target()
    {
        var started = new List<bool>();
        var seen = new List<Type>();
        using (var container = Containers.Build(builder =>
        {
            builder.RegisterInstance(started);
            builder.RegisterType<Starter>().As<IStartable, IDisposable>().SingleInstance()
                .OnActivating(one => seen.Add(one.Instance.GetType())).OnActivated(one => seen.Add(one.Instance.GetType()));
            builder.RegisterType<Needing>().As<IStartable>().SingleInstance();
        }))
        {
            Assert.HasCount(2, container.Resolve<IEnumerable<IStartable>>().Where(UnitOfWorkProxies.IsProxy));
            CollectionAssert.AreEqual(new[] { true, true }, started, "Each starts once.");
            CollectionAssert.AreEqual(new[] { typeof(Starter), typeof(Starter) }, seen);
        }

        CollectionAssert.AreEqual(new[] { true, true, false }, started, "The target is disposed once.");
    }

    [TestMethod]
    public void Startable_component_is_not_started_where_the_builder_asks_for_that()
    {
        var started = new List<bool>();
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.RegisterInstance(started);
        builder.RegisterType<Starter>().As<IStartable>();
        using var container = builder.Build(ContainerBuildOptions.IgnoreStartableComponents);

        Assert.IsTrue(UnitOfWorkProxies.IsProxy(container.Resolve<IStartable>()));
        Assert.IsEmpty(started);
    }

    [TestMethod]
    public void Component_without_an_attribute_is_the_very_object()
    {
        var plain = new PlainOrders();
        using var container = Containers.Build(builder =>
        {
            builder.RegisterInstance(plain).As<IOrders>();
            builder.RegisterType<PlainOrders>().Named<IOrders>("type");
            builder.Register<IOrders>(_ => plain).Named<IOrders>("lambda");
            builder.RegisterType<PlainOrders>();
        });

        Assert.AreSame(plain, container.Resolve<IOrders>());
        Assert.AreSame(plain, container.ResolveNamed<IOrders>("lambda"));
        Assert.AreEqual(typeof(PlainOrders), container.ResolveNamed<IOrders>("type").GetType());
        Assert.AreEqual(typeof(PlainOrders), container.Resolve<PlainOrders>().GetType());
    }

    [TestMethod]
    public void Interceptor_and_options_can_be_resolved()
    {
        using var container = Containers.Build(_ => { });

        Assert.IsNotNull(container.Resolve<UnitOfWorkInterceptor>());
        Assert.AreSame(container.Resolve<TxAspectsOptions>(), container.Resolve<TxAspectsOptions>());
    }

    private static void AssertWrappedOnce(object component)
    {
        Assert.IsTrue(UnitOfWorkProxies.IsProxy(component));
        var proxy = (IProxyTargetAccessor)component;
        Assert.HasCount(1, proxy.GetInterceptors());
        if (proxy.DynProxyGetTarget() is { } target && !ReferenceEquals(target, component))
            Assert.IsFalse(ProxyUtil.IsProxy(target));
        else
            Assert.IsFalse(ProxyUtil.IsProxyType(component.GetType().BaseType!));
    }

    public sealed class OrdersModule : Module
    {
        protected override void Load(ContainerBuilder builder)
        {
            builder.RegisterType<Orders>().As<IOrders>();
            builder.RegisterType<OrdersItself>().EnableUnitOfWork();
        }
    }

    [UnitOfWork]
    public sealed class Starter(List<bool> started) : IStartable, IDisposable
    {
        public void Start() => started.Add(Tx.IsOpen);

        public void Dispose() => started.Add(Tx.IsOpen);
    }

    [UnitOfWork]
    public sealed class Needing(IDisposable other, List<bool> started) : IStartable
    {
        public void Start() => started.Add(Tx.IsOpen && other is not null);
    }

    [UnitOfWork]
    public class StarterItself(List<bool> started) : IStartable
    {
        public virtual void Start() => started.Add(Tx.IsOpen);
    }
}
