using Autofac;

namespace TxAspects.Tests;

/// <summary>Open generics get a proxy for each type they are closed over.</summary>
[TestClass]
public sealed class OpenGenericTests
{
    [TestMethod]
    public void By_interface_every_closed_type_is_proxied()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)));

        Assert.IsNotNull(container.Resolve<IRepository<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IRepository<string>>().Unit("a"));
        Assert.IsNotNull(container.Resolve<IEnumerable<IRepository<int>>>().Single().Unit(1));
    }

    [TestMethod]
    public void As_itself_every_closed_type_is_replaced_by_a_derived_one()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(RepositoryItself<>)).AsSelf());

        Assert.IsNotNull(container.Resolve<RepositoryItself<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<RepositoryItself<string>>().Unit("a"));
    }

    [TestMethod]
    public void By_several_interfaces_every_closed_type_is_proxied()
    {
        using var container = Containers.Build(
            builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)).As(typeof(IReader<>)));

        Assert.IsNotNull(container.Resolve<IRepository<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IReader<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IReader<string>>().Unit("a"));
    }

    [TestMethod]
    public void As_itself_and_by_interface_every_use_is_refused_because_no_proxy_can_be_made()
    {
        using var container = Containers.Build(
            builder => builder.RegisterGeneric(typeof(RepositoryItself<>)).AsSelf().As(typeof(IWriter<>)));

        for (var use = 0; use < 2; use++)
        {
            var refused = Assert.Throws<Exception>(() => container.Resolve<IWriter<int>>());
            StringAssert.Contains($"{refused}", "'RepositoryItself' is marked [UnitOfWork] and is an open generic registered as itself " +
                                                "and as something else");
        }
    }

    [TestMethod]
    public void Without_an_attribute_several_services_are_left_as_they_are()
    {
        using var container = Containers.Build(builder => builder
            .RegisterGeneric((_, arguments, _) => Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments))!)
            .As(typeof(IList<>)).As(typeof(ICollection<>)));

        Assert.AreEqual(typeof(List<int>), container.Resolve<IList<int>>().GetType());
        Assert.AreEqual(typeof(List<string>), container.Resolve<ICollection<string>>().GetType());
    }

    [TestMethod]
    public void Closed_type_lives_as_long_as_it_was_registered_to_live()
    {
        using var container = Containers.Build(
            builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)).InstancePerLifetimeScope());
        using var scope = container.BeginLifetimeScope();

        Assert.AreSame(scope.Resolve<IRepository<int>>(), scope.Resolve<IRepository<int>>());
        Assert.AreNotSame(scope.Resolve<IRepository<int>>(), container.Resolve<IRepository<int>>());
    }

    [TestMethod]
    public void Interface_that_carries_the_attribute_counts()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(MarkedByInterface<>)).As(typeof(IMarked<>)));

        Assert.IsNotNull(container.Resolve<IMarked<int>>().Unit());
    }

    [TestMethod]
    public void Generic_lambda_by_interface_is_wrapped()
    {
        using var container = Containers.Build(builder => builder
            .RegisterGeneric((_, arguments, _) => Activator.CreateInstance(typeof(Repository<>).MakeGenericType(arguments))!)
            .As(typeof(IRepository<>)));

        Assert.IsNotNull(container.Resolve<IRepository<int>>().Unit(1));
    }

    [TestMethod]
    public void Mistake_is_refused_at_every_use_of_a_closed_type()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(Wrong<>)).AsSelf());

        for (var use = 0; use < 2; use++)
        {
            var refused = Assert.Throws<Exception>(() => container.Resolve<Wrong<int>>());
            StringAssert.Contains($"{refused}", "'Wrong<Int32>.Unit' is marked [UnitOfWork] but is not virtual");
        }
    }

    [UnitOfWork]
    public interface IMarked<T> { ITxUnit? Unit(); }

    public sealed class MarkedByInterface<T> : IMarked<T> { public ITxUnit? Unit() => Tx.Current; }

    public class Wrong<T> { [UnitOfWork] public ITxUnit? Unit() => Tx.Current; }
}
