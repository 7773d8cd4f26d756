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
    public void Registered_as_several_services_every_closed_type_is_proxied()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)).As(typeof(IReader<>));
            builder.RegisterGeneric(typeof(RepositoryItself<>)).AsSelf().As(typeof(IWriter<>));
        });

        Assert.IsNotNull(container.Resolve<IRepository<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IReader<string>>().Unit("a"));
        Assert.IsNotNull(container.Resolve<RepositoryItself<int>>().Unit(1));
        Assert.IsNotNull(container.Resolve<IWriter<string>>().Unit("a"));
    }

    [TestMethod]
    public void Closed_type_lives_as_long_as_it_was_registered_to_live()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(Repository<>)).As(typeof(IRepository<>)).InstancePerLifetimeScope());
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
    public interface IMarked<T> { IUnitOfWork? Unit(); }

    public sealed class MarkedByInterface<T> : IMarked<T> { public IUnitOfWork? Unit() => Tx.Current; }

    public class Wrong<T> { [UnitOfWork] public IUnitOfWork? Unit() => Tx.Current; }
}
