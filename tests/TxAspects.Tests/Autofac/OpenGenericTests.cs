using Autofac;

namespace TxAspects.Tests;

/// <summary>Open generics get a proxy for each type they are closed over.</summary>
[TestClass]
public sealed class OpenGenericTests
{
    private const string AsItself = "'RepositoryItself' is marked [UnitOfWork] and is an open generic registered as itself, of which no " +
                                    "proxy can take the place. Register it by interfaces alone, or register its closed types with " +
                                    "EnableUnitOfWork.";

    [TestMethod]
    public void By_interface_every_closed_type_is_proxied()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)));

        Assert.IsNotNull(container.Resolve<IRepository<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IRepository<string>>().Unit("a"));
        Assert.IsNotNull(container.Resolve<IEnumerable<IRepository<int>>>().Single().Unit(1));
    }

    [TestMethod]
    public void As_itself_every_use_is_refused_and_closed_types_are_the_remedy()
    {
        using var refusing = Containers.Build(builder => builder.RegisterGeneric(typeof(RepositoryItself<>)).AsSelf());
        using var container = Containers.Build(builder => builder.RegisterType<RepositoryItself<int>>().EnableUnitOfWork());

        for (var use = 0; use < 2; use++)
            StringAssert.Contains($"{Assert.Throws<Exception>(() => refusing.Resolve<RepositoryItself<int>>())}", AsItself);
        Assert.IsNotNull(container.Resolve<RepositoryItself<int>>().Unit(1));
    }

    [TestMethod]
    public void By_several_interfaces_every_closed_type_is_proxied()
    {
        using var container = Containers.Build(
            builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)).As(typeof(IReader<>)));

        Assert.IsNotNull(container.Resolve<IRepository<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IReader<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IReader<string>>().Unit("a"));
        Assert.IsNotNull(container.Resolve<IEnumerable<IReader<int>>>().Single().Unit(1));
        Assert.IsNotNull(container.Resolve<Func<IReader<int>>>()().Unit(1));
        Assert.IsNotNull(container.Resolve<Lazy<IReader<int>>>().Value.Unit(1));
    }

    [TestMethod]
    public void By_several_interfaces_the_proxy_of_one_object_is_one()
    {
        using var container = Containers.Build(
            builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)).As(typeof(IReader<>)).SingleInstance());
        using var scope = container.BeginLifetimeScope(builder => builder.RegisterInstance("own"));

        Assert.IsNotNull(scope.Resolve<IReader<int>>().Unit(1));
        Assert.AreSame<object>(container.Resolve<IRepository<int>>(), container.Resolve<IReader<int>>());
        Assert.AreSame(container.Resolve<IReader<int>>(), scope.Resolve<IReader<int>>());
    }

    [TestMethod]
    public void By_several_keyed_interfaces_every_closed_type_is_proxied()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(Repository<>))
            .Keyed("a", typeof(IRepository<>)).Keyed("a", typeof(IReader<>)).As(typeof(IReader<>)));

        Assert.IsNotNull(container.ResolveKeyed<IRepository<int>>("a").Unit(1));
        Assert.IsNotNull(container.ResolveKeyed<IReader<int>>("a").Unit(1));
        Assert.IsNotNull(container.Resolve<IReader<int>>().Unit(1));
    }

    [TestMethod]
    public void By_several_interfaces_a_mistake_is_refused_at_every_use()
    {
        using var container = Containers.Build(
            builder => builder.RegisterGeneric(typeof(InNoInterface<>)).As(typeof(IRepository<>)).As(typeof(IReader<>)));

        for (var use = 0; use < 2; use++)
            StringAssert.Contains(
                $"{Assert.Throws<Exception>(() => container.Resolve<IReader<int>>())}",
                "'InNoInterface<Int32>.Help' is marked [UnitOfWork] but is in no interface");
    }

    [TestMethod]
    public void As_itself_and_by_interface_every_use_is_refused_because_no_proxy_can_be_made()
    {
        using var container = Containers.Build(
            builder => builder.RegisterGeneric(typeof(RepositoryItself<>)).AsSelf().As(typeof(IWriter<>)));

        for (var use = 0; use < 2; use++)
        {
            StringAssert.Contains($"{Assert.Throws<Exception>(() => container.Resolve<IWriter<int>>())}", AsItself);
            StringAssert.Contains($"{Assert.Throws<Exception>(() => container.Resolve<RepositoryItself<int>>())}", AsItself);
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
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(InNoInterface<>)).As(typeof(IReader<>)));

        for (var use = 0; use < 2; use++)
        {
            var refused = Assert.Throws<Exception>(() => container.Resolve<IReader<int>>());
            StringAssert.Contains($"{refused}", "'InNoInterface<Int32>.Help' is marked [UnitOfWork] but is in no interface");
        }
    }

    [UnitOfWork]
    public interface IMarked<T> { ITxUnit? Unit(); }

    public sealed class MarkedByInterface<T> : IMarked<T> { public ITxUnit? Unit() => Tx.Current; }

    public sealed class InNoInterface<T> : IRepository<T>, IReader<T>
    {
        public ITxUnit? Unit(T value) => Tx.Current;

        [UnitOfWork]
        public ITxUnit? Help() => Tx.Current;
    }
}
