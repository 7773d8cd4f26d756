using Autofac;
using Autofac.Features.Indexed;
using Autofac.Features.Metadata;
using Autofac.Features.OwnedInstances;

namespace TxAspects.Tests;

/// <summary>However a proxied component is asked for, it is proxied, and once.</summary>
[TestClass]
public sealed class ServiceTests
{
    [TestMethod]
    public void Keyed_and_named_services_are_proxied()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Orders>().Keyed<IOrders>(1);
            builder.RegisterType<Orders>().Named<IOrders>("second");
            builder.RegisterType<PlainOrders>().Keyed<IOrders>(2);
        });

        Assert.IsNotNull(container.ResolveKeyed<IOrders>(1).Unit());
        Assert.IsNotNull(container.ResolveNamed<IOrders>("second").Unit());
        Assert.IsNotNull(container.Resolve<IIndex<int, IOrders>>()[1].Unit());
        Assert.IsNull(container.ResolveKeyed<IOrders>(2).Unit());
    }

    [TestMethod]
    public void Keyed_class_is_replaced_by_a_derived_one()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<OrdersItself>().EnableUnitOfWork().Keyed<OrdersItself>(1);
            builder.RegisterType<OrdersItself>().EnableUnitOfWork().Named<OrdersItself>("second");
        });

        Assert.IsNotNull(container.ResolveKeyed<OrdersItself>(1).Unit());
        Assert.IsNotNull(container.ResolveNamed<OrdersItself>("second").Unit());
    }

    [TestMethod]
    public void All_interfaces_of_one_component_lead_to_one_object()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Several>().AsImplementedInterfaces().SingleInstance());

        Assert.IsNotNull(container.Resolve<IOrders>().Unit());
        Assert.IsNotNull(container.Resolve<ISecond>().Second());
        Assert.AreSame<object>(container.Resolve<IOrders>(), container.Resolve<ISecond>());
    }

    [TestMethod]
    public void Class_and_its_interfaces_lead_to_one_object()
    {
        using var container = Containers.Build(
            builder => builder.RegisterType<SeveralItself>().EnableUnitOfWork().AsSelf().AsImplementedInterfaces().SingleInstance());

        Assert.IsNotNull(container.Resolve<SeveralItself>().Unit());
        Assert.IsNotNull(container.Resolve<ISecond>().Second());
        Assert.AreSame<object>(container.Resolve<SeveralItself>(), container.Resolve<IOrders>());
    }

    [TestMethod]
    public void Component_registered_by_its_base_class_is_replaced_by_a_derived_one()
    {
        using var container = Containers.Build(builder => builder.RegisterType<SeveralItself>().EnableUnitOfWork().As<OrdersItself>());

        Assert.IsNotNull(container.Resolve<OrdersItself>().Unit());
        Assert.IsInstanceOfType<SeveralItself>(container.Resolve<OrdersItself>());
    }

    [TestMethod]
    public void Every_relationship_type_gives_the_proxy()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Orders>().As<IOrders>().WithMetadata("place", "here"));

        Assert.IsNotNull(container.Resolve<IEnumerable<IOrders>>().Single().Unit());
        Assert.IsNotNull(container.Resolve<IReadOnlyList<IOrders>>().Single().Unit());
        Assert.IsNotNull(container.Resolve<Lazy<IOrders>>().Value.Unit());
        Assert.IsNotNull(container.Resolve<Func<IOrders>>()().Unit());
        Assert.IsNotNull(container.Resolve<Func<Owned<IOrders>>>()().Value.Unit());
        Assert.IsNotNull(container.Resolve<Meta<IOrders>>().Value.Unit());
        Assert.IsNotNull(container.Resolve<Meta<Lazy<IOrders>>>().Value.Value.Unit());
        Assert.AreEqual("here", container.Resolve<Meta<IOrders>>().Metadata["place"]);
    }

    [TestMethod]
    public void Every_relationship_type_gives_the_derived_class()
    {
        using var container = Containers.Build(builder => builder.RegisterType<OrdersItself>().EnableUnitOfWork());

        Assert.IsNotNull(container.Resolve<IEnumerable<OrdersItself>>().Single().Unit());
        Assert.IsNotNull(container.Resolve<Lazy<OrdersItself>>().Value.Unit());
        Assert.IsNotNull(container.Resolve<Func<OrdersItself>>()().Unit());
        Assert.IsNotNull(container.Resolve<Func<Owned<OrdersItself>>>()().Value.Unit());
        Assert.IsNotNull(container.Resolve<Meta<OrdersItself>>().Value.Unit());
    }

    [TestMethod]
    public void Several_components_of_one_service_are_proxied_each_for_itself()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Orders>().As<IOrders>();
            builder.RegisterType<PlainOrders>().As<IOrders>();
            builder.RegisterType<OrdersItself>().As<IOrders>();
        });

        CollectionAssert.AreEqual(
            new[] { true, false, true }, container.Resolve<IEnumerable<IOrders>>().Select(one => one.Unit() is not null).ToArray());
    }

    [TestMethod]
    public void Instance_by_interface_is_wrapped()
    {
        using var container = Containers.Build(builder => builder.RegisterInstance(new Orders()).As<IOrders>());

        Assert.IsNotNull(container.Resolve<IOrders>().Unit());
        Assert.AreSame(container.Resolve<IOrders>(), container.Resolve<IOrders>());
    }

    [TestMethod]
    public void Lambda_by_interface_is_wrapped_whatever_type_it_has()
    {
        AssertUnit(builder => builder.Register(_ => new Orders()).As<IOrders>());
        AssertUnit(builder => builder.Register<IOrders>(_ => new Orders()));
        AssertUnit(builder => builder.Register<object>(_ => new Orders()).As<IOrders>());
        AssertUnit(builder => builder.Register<PlainBase>(_ => new MarkedDerived()).As<IOrders>());

        static void AssertUnit(Action<ContainerBuilder> register)
        {
            using var container = Containers.Build(register);
            Assert.IsNotNull(container.Resolve<IOrders>().Unit());
        }
    }

    [TestMethod]
    public void Lambda_that_gives_a_proxy_is_left_as_it_is()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Orders>().As<IOrders>().SingleInstance();
            builder.Register<ISecond>(context => new Second(context.Resolve<IOrders>()));
            builder.Register(context => context.Resolve<IOrders>()).Keyed<IOrders>("again");
        });

        Assert.AreSame(container.Resolve<IOrders>(), container.ResolveKeyed<IOrders>("again"));
        Assert.IsNotNull(container.Resolve<ISecond>().Second());
    }

    public interface ISecond
    {
        ITxUnit? Second();
    }

    [UnitOfWork]
    public sealed class Several : IOrders, ISecond
    {
        public ITxUnit? Unit() => Tx.Current;

        public ITxUnit? Second() => Tx.Current;
    }

    public class SeveralItself : OrdersItself, ISecond
    {
        public virtual ITxUnit? Second() => Tx.Current;
    }

    public sealed class Second(IOrders orders) : ISecond
    {
        ITxUnit? ISecond.Second() => orders.Unit();
    }

    public class PlainBase : IOrders
    {
        public virtual ITxUnit? Unit() => Tx.Current;
    }

    [UnitOfWork]
    public sealed class MarkedDerived : PlainBase;
}
