using Autofac;
using Autofac.Builder;

namespace TxAspects.Tests;

/// <summary>A proxied component lives as long as it was registered to live.</summary>
[TestClass]
public sealed class LifetimeTests
{
    private static readonly Func<ContainerBuilder, IRegistrationBuilder<object, ConcreteReflectionActivatorData,
        SingleRegistrationStyle>>[] Registrations =
    [
        builder => builder.RegisterType(typeof(Orders)).As<IOrders>(),
        builder => builder.RegisterType(typeof(OrdersItself)).EnableUnitOfWork().AsSelf().As<IOrders>(),
    ];

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Per_dependency_every_resolve_gives_another_one(int registration)
    {
        using var container = Containers.Build(builder => Registrations[registration](builder).InstancePerDependency());

        AssertUnits(container.Resolve<IOrders>(), container.Resolve<IOrders>(), same: false);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Single_instance_is_one_in_all_scopes(int registration)
    {
        using var container = Containers.Build(builder => Registrations[registration](builder).SingleInstance());
        using var scope = container.BeginLifetimeScope();

        AssertUnits(container.Resolve<IOrders>(), scope.Resolve<IOrders>(), same: true);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Per_scope_there_is_one_in_each_scope(int registration)
    {
        using var container = Containers.Build(builder => Registrations[registration](builder).InstancePerLifetimeScope());
        using var scope = container.BeginLifetimeScope();
        using var other = container.BeginLifetimeScope();

        AssertUnits(scope.Resolve<IOrders>(), scope.Resolve<IOrders>(), same: true);
        AssertUnits(scope.Resolve<IOrders>(), other.Resolve<IOrders>(), same: false);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Per_matching_scope_the_scopes_inside_share_one(int registration)
    {
        using var container = Containers.Build(builder => Registrations[registration](builder).InstancePerMatchingLifetimeScope("request"));
        using var request = container.BeginLifetimeScope("request");
        using var inner = request.BeginLifetimeScope();
        using var other = container.BeginLifetimeScope("request");

        AssertUnits(request.Resolve<IOrders>(), inner.Resolve<IOrders>(), same: true);
        AssertUnits(request.Resolve<IOrders>(), other.Resolve<IOrders>(), same: false);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void Per_owned_the_owner_has_one(int registration)
    {
        using var container = Containers.Build(builder =>
        {
            Registrations[registration](builder).InstancePerOwned<Owner>();
            builder.RegisterType<Owner>();
        });
        using var owned = container.Resolve<global::Autofac.Features.OwnedInstances.Owned<Owner>>();

        AssertUnits(owned.Value.First, owned.Value.Second, same: true);
    }

    private static void AssertUnits(IOrders first, IOrders second, bool same)
    {
        Assert.AreEqual(same, ReferenceEquals(first, second));
        Assert.IsNotNull(first.Unit());
        Assert.IsNotNull(second.Unit());
    }

    public sealed class Owner(IOrders first, IOrders second)
    {
        public IOrders First => first;

        public IOrders Second => second;
    }
}
