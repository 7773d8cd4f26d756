using Autofac;
using Autofac.Features.Decorators;

namespace TxAspects.Tests;

/// <summary>Attributes on a decorated component, on its decorator, and on both.</summary>
[TestClass]
public sealed class DecoratorTests
{
    [TestMethod]
    public void Attribute_on_the_decorated_makes_its_own_call_a_unit()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Inner>().As<IChain>();
            builder.RegisterDecorator<PlainDecorator, IChain>();
        });

        Assert.AreEqual("none > a", Names(container));
    }

    [TestMethod]
    public void Attribute_on_the_decorator_makes_the_whole_call_a_unit()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<PlainInner>().As<IChain>();
            builder.RegisterDecorator<Decorator, IChain>();
        });

        Assert.AreEqual("a > a", Names(container));
    }

    [TestMethod]
    public void Attributes_on_both_join_in_one_unit()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Inner>().As<IChain>();
            builder.RegisterDecorator<Decorator, IChain>();
        });

        Assert.AreEqual("a > a", Names(container));
    }

    [TestMethod]
    public void New_context_on_the_decorated_is_a_second_unit_inside_that_of_the_decorator()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<NewContextInner>().As<IChain>();
            builder.RegisterDecorator<Decorator, IChain>();
        });

        Assert.AreEqual("a > b", Names(container));
    }

    [TestMethod]
    public void Decorators_of_decorators_are_proxied_each_for_itself()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<PlainInner>().As<IChain>();
            builder.RegisterDecorator<Decorator, IChain>();
            builder.RegisterDecorator<PlainDecorator, IChain>();
        });

        Assert.AreEqual("none > a > a", Names(container));
    }

    [TestMethod]
    public void Lambda_decorator_is_proxied()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<PlainInner>().As<IChain>();
            builder.RegisterDecorator<IChain>((_, _, inner) => new Decorator(inner));
        });

        Assert.AreEqual("a > a", Names(container));
    }

    [TestMethod]
    public void Keyed_decorator_is_proxied()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<PlainInner>().Named<IChain>("inner");
            builder.RegisterDecorator<IChain>(inner => new Decorator(inner), fromKey: "inner");
        });

        Assert.AreEqual("a > a", Names(container));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Generic_decorators_follow_the_same_rules_wherever_the_module_comes(bool moduleFirst)
    {
        var builder = new ContainerBuilder();
        if (moduleFirst)
            builder.RegisterModule(new TxAspectsModule());
        builder.RegisterGeneric(typeof(GenericInner<>)).As(typeof(IChain<>));
        builder.RegisterGenericDecorator(typeof(GenericDecorator<>), typeof(IChain<>));
        builder.RegisterGenericDecorator(typeof(PlainGenericDecorator<>), typeof(IChain<>));
        if (!moduleFirst)
            builder.RegisterModule(new TxAspectsModule());
        using var container = builder.Build();

        Assert.AreEqual("none > a > b", Letters(container.Resolve<IChain<int>>().Units(1)));
        Assert.AreEqual("none > a > b", Letters(container.Resolve<IChain<int>>().Units(2)));
        Assert.AreEqual("none > a > b", Letters(container.Resolve<IChain<string>>().Units("")));
    }

    [TestMethod]
    public void Generic_decorators_of_a_shared_component_stay_one()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterGeneric(typeof(GenericInner<>)).As(typeof(IChain<>)).SingleInstance();
            builder.RegisterGenericDecorator(typeof(GenericDecorator<>), typeof(IChain<>));
        });

        Assert.AreSame(container.Resolve<IChain<int>>(), container.Resolve<IChain<int>>());
        Assert.AreEqual("a > b", Letters(container.Resolve<IChain<int>>().Units(1)));
        Assert.AreEqual("a > b", Letters(container.Resolve<IEnumerable<IChain<int>>>().Single().Units(1)));
    }

    [TestMethod]
    public void Generic_decorators_of_an_open_generic_with_several_services_are_proxied()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterGeneric(typeof(GenericInner<>)).As(typeof(IChain<>)).As(typeof(IOther<>));
            builder.RegisterGenericDecorator(typeof(GenericDecorator<>), typeof(IChain<>));
        });

        Assert.AreEqual("a > b", Letters(container.Resolve<IChain<int>>().Units(1)));
        Assert.IsNotNull(container.Resolve<IOther<int>>().Units(1)[0]);
    }

    [TestMethod]
    public void Generic_decorators_of_closed_components_are_proxied_with_those_that_are_not_generic()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<GenericInner<int>>().As<IChain<int>>();
            builder.RegisterGenericDecorator(typeof(GenericDecorator<>), typeof(IChain<>));
            builder.RegisterDecorator<PlainGenericDecorator<int>, IChain<int>>();
            builder.RegisterDecorator<GenericDecorator<int>, IChain<int>>();
        });

        Assert.AreEqual("a > a > a > b", Letters(container.Resolve<IChain<int>>().Units(1)));
    }

    [TestMethod]
    public void Generic_decorators_with_a_condition_or_a_context_get_proxies()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterGeneric(typeof(GenericInner<>)).As(typeof(IChain<>)).As(typeof(IOther<>));
            builder.RegisterGenericDecorator(typeof(GenericDecorator<>), typeof(IChain<>), context => context.ServiceType != typeof(IChain<int>));
            builder.RegisterGenericDecorator(typeof(ContextDecorator<>), typeof(IChain<>));
        });

        Assert.AreEqual("none > a", Letters(container.Resolve<IChain<int>>().Units(1)));
        Assert.AreEqual("none > a > b", Letters(container.Resolve<IChain<string>>().Units("")));
    }

    [TestMethod]
    public void Generic_decorators_by_key_are_proxied()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterGeneric(typeof(GenericInner<>)).Named("inner", typeof(IChain<>));
            builder.RegisterGenericDecorator(typeof(GenericDecorator<>), typeof(IChain<>), fromKey: "inner");
        });

        Assert.AreEqual("a > b", Letters(container.Resolve<IChain<int>>().Units(1)));
    }

    [TestMethod]
    public void Generic_decorators_of_a_child_scope_are_proxied_there()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(GenericInner<>)).As(typeof(IChain<>)));
        Assert.AreEqual("a", Letters(container.Resolve<IChain<int>>().Units(1)));
        using var scope = container.BeginLifetimeScope(builder =>
        {
            builder.RegisterGenericDecorator(typeof(GenericDecorator<>), typeof(IChain<>));
            builder.RegisterGenericDecorator(typeof(PlainGenericDecorator<>), typeof(IChain<>));
        });

        Assert.AreEqual("none > a > b", Letters(scope.Resolve<IChain<int>>().Units(1)));
        Assert.AreEqual("a", Letters(container.Resolve<IChain<int>>().Units(1)));
    }

    [TestMethod]
    public void Mistake_on_an_inner_generic_decorator_is_refused_at_every_use()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterGeneric(typeof(GenericInner<>)).As(typeof(IChain<>));
            builder.RegisterGenericDecorator(typeof(WrongGenericDecorator<>), typeof(IChain<>));
            builder.RegisterGenericDecorator(typeof(PlainGenericDecorator<>), typeof(IChain<>));
        });

        for (var use = 0; use < 2; use++)
            StringAssert.Contains(
                $"{Assert.Throws<Exception>(() => container.Resolve<IChain<int>>())}",
                "'WrongGenericDecorator<Int32>.Helper' is marked [UnitOfWork] but is in no interface");
    }

    [TestMethod]
    public void Mistake_on_a_generic_decorator_is_refused_at_every_use()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterGeneric(typeof(GenericInner<>)).As(typeof(IChain<>));
            builder.RegisterGenericDecorator(typeof(WrongGenericDecorator<>), typeof(IChain<>));
        });

        for (var use = 0; use < 2; use++)
        {
            var refused = Assert.Throws<Exception>(() => container.Resolve<IChain<int>>());
            StringAssert.Contains($"{refused}", "'WrongGenericDecorator<Int32>.Helper' is marked [UnitOfWork] but is in no interface");
        }
    }

    [TestMethod]
    public void Shared_decorated_component_stays_one()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Inner>().As<IChain>().SingleInstance();
            builder.RegisterDecorator<Decorator, IChain>();
        });

        Assert.AreSame(container.Resolve<IChain>(), container.Resolve<IChain>());
        Assert.AreEqual("a > a", Names(container));
    }

    [TestMethod]
    public void Mistake_on_a_decorator_is_refused()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(builder =>
        {
            builder.RegisterType<PlainInner>().As<IChain>();
            builder.RegisterDecorator<WrongDecorator, IChain>();
        }));

        StringAssert.StartsWith(refused.Findings.Single(), "'WrongDecorator.Helper' is marked [UnitOfWork] but is in no interface");
    }

    private static string Names(IContainer container) => Letters(container.Resolve<IChain>().Units());

    /// <summary>One letter per unit, in the order of the calls.</summary>
    private static string Letters(IReadOnlyList<ITxUnit?> units)
    {
        var known = units.Where(unit => unit is not null).Distinct().ToList();
        return string.Join(" > ", units.Select(unit => unit is null ? "none" : ((char)('a' + known.IndexOf(unit))).ToString()));
    }

    public interface IChain { IReadOnlyList<ITxUnit?> Units(); }

    public interface IChain<T> { IReadOnlyList<ITxUnit?> Units(T value); }

    public interface IOther<T> { IReadOnlyList<ITxUnit?> Units(T value); }

    public sealed class PlainInner : IChain { public IReadOnlyList<ITxUnit?> Units() => [Tx.Current]; }

    [UnitOfWork]
    public sealed class Inner : IChain { public IReadOnlyList<ITxUnit?> Units() => [Tx.Current]; }

    [NewContext]
    public sealed class NewContextInner : IChain { public IReadOnlyList<ITxUnit?> Units() => [Tx.Current]; }

    public sealed class PlainDecorator(IChain inner) : IChain { public IReadOnlyList<ITxUnit?> Units() => [Tx.Current, .. inner.Units()]; }

    [UnitOfWork]
    public sealed class Decorator(IChain inner) : IChain { public IReadOnlyList<ITxUnit?> Units() => [Tx.Current, .. inner.Units()]; }

    public sealed class WrongDecorator(IChain inner) : IChain
    {
        public IReadOnlyList<ITxUnit?> Units() => inner.Units();

        [UnitOfWork]
        public IReadOnlyList<ITxUnit?> Helper() => inner.Units();
    }

    [NewContext]
    public sealed class GenericInner<T> : IChain<T>, IOther<T> { public IReadOnlyList<ITxUnit?> Units(T value) => [Tx.Current]; }

    [UnitOfWork]
    public sealed class GenericDecorator<T>(IChain<T> inner) : IChain<T>
    {
        public IReadOnlyList<ITxUnit?> Units(T value) => [Tx.Current, .. inner.Units(value)];
    }

    public sealed class WrongGenericDecorator<T>(IChain<T> inner) : IChain<T>
    {
        public IReadOnlyList<ITxUnit?> Units(T value) => inner.Units(value);

        [UnitOfWork]
        public IReadOnlyList<ITxUnit?> Helper(T value) => inner.Units(value);
    }

    public sealed class ContextDecorator<T>(IDecoratorContext context) : IChain<T>
    {
        public IReadOnlyList<ITxUnit?> Units(T value) => [Tx.Current, .. ((IChain<T>)context.CurrentInstance).Units(value)];
    }

    public sealed class PlainGenericDecorator<T>(IChain<T> inner) : IChain<T>
    {
        public IReadOnlyList<ITxUnit?> Units(T value) => [Tx.Current, .. inner.Units(value)];
    }
}
