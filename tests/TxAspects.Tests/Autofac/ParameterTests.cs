using Autofac;
using Autofac.Core;
using Autofac.Features.AttributeFilters;

namespace TxAspects.Tests;

/// <summary>Constructors of proxied components get what was configured for them.</summary>
[TestClass]
public sealed class ParameterTests
{
    public static IEnumerable<object[]> Parameters =>
    [
        ["named", new NamedParameter("text", "x")],
        ["typed", new TypedParameter(typeof(string), "x")],
        ["positional", new PositionalParameter(1, "x")],
        ["resolved", new ResolvedParameter((parameter, _) => parameter.Name == "text", (_, _) => "x")],
        ["resolved by position", new ResolvedParameter((parameter, _) => parameter.Position == 1, (_, _) => "x")],
        ["resolved by member", new ResolvedParameter((parameter, _) => parameter.Member.DeclaringType!.Name.StartsWith(
            "Text", StringComparison.Ordinal) && parameter.ParameterType == typeof(string), (_, _) => "x")],
    ];

    [TestMethod]
    [DynamicData(nameof(Parameters))]
    public void Registered_parameter_reaches_the_constructor(string name, Parameter parameter)
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<Text>().As<IText>().WithParameter(parameter);
            builder.RegisterType<TextItself>().EnableUnitOfWork().WithParameter(parameter);
        });

        Assert.AreEqual("x3 inside", container.Resolve<IText>().Run(), name);
        Assert.AreEqual("x3 inside", container.Resolve<TextItself>().Run(), name);
    }

    [TestMethod]
    [DynamicData(nameof(Parameters))]
    public void Parameter_given_at_the_resolve_reaches_the_constructor_and_wins(string name, Parameter parameter)
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<Text>().As<IText>().WithParameter("text", "registered");
            builder.RegisterType<TextItself>().EnableUnitOfWork().WithParameter("text", "registered");
        });

        Assert.AreEqual("x3 inside", container.Resolve<IText>(parameter).Run(), name);
        Assert.AreEqual("x3 inside", container.Resolve<TextItself>(parameter).Run(), name);
    }

    [TestMethod]
    public void Function_with_parameters_makes_the_component()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<Text>().As<IText>();
            builder.RegisterType<TextItself>().EnableUnitOfWork();
        });

        Assert.AreEqual("f3 inside", container.Resolve<Func<string, IText>>()("f").Run());
        Assert.AreEqual("f3 inside", container.Resolve<Func<string, TextItself>>()("f").Run());
        Assert.AreEqual("f4 inside", container.Resolve<Func<string, int, TextItself>>()("f", 4).Run());
    }

    [TestMethod]
    public void Optional_dependency_is_resolved_where_it_is_registered_and_left_out_where_not()
    {
        using var with = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<OptionalItself>().EnableUnitOfWork();
        });
        using var without = Containers.Build(builder => builder.RegisterType<OptionalItself>().EnableUnitOfWork());

        Assert.IsTrue(with.Resolve<OptionalItself>().Run());
        Assert.IsFalse(without.Resolve<OptionalItself>().Run());
    }

    [TestMethod]
    public void Attribute_filter_on_a_constructor_counts_on_a_class_proxy()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>().Keyed<Dependency>("a");
            builder.RegisterType<FilteredItself>().EnableUnitOfWork().WithAttributeFiltering();
        });

        Assert.IsTrue(container.Resolve<FilteredItself>().Run());
    }

    [TestMethod]
    public void Constructor_with_most_parameters_that_can_be_served_is_used()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<SeveralConstructors>().EnableUnitOfWork();
        });

        Assert.AreEqual("dependency", container.Resolve<SeveralConstructors>().Run());
    }

    [TestMethod]
    public void Chosen_constructor_is_used_on_a_class_proxy()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<SeveralConstructors>().EnableUnitOfWork().UsingConstructor();
        });

        Assert.AreEqual("none", container.Resolve<SeveralConstructors>().Run());
    }

    [TestMethod]
    public void Protected_constructor_is_not_used_on_a_class_proxy()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<ProtectedConstructor>().EnableUnitOfWork();
        });

        Assert.AreEqual("public", container.Resolve<ProtectedConstructor>().Run());
    }

    public sealed class Dependency;

    public interface IText { string Run(); }

    [UnitOfWork]
    public sealed class Text(Dependency dependency, string text, int number = 3) : IText
    {
        public string Run() => $"{text}{number} {(Tx.IsOpen && dependency is not null ? "inside" : "outside")}";
    }

    [UnitOfWork]
    public class TextItself(Dependency dependency, string text, int number = 3)
    {
        public virtual string Run() => $"{text}{number} {(Tx.IsOpen && dependency is not null ? "inside" : "outside")}";
    }

    [UnitOfWork]
    public class OptionalItself(Dependency? dependency = null)
    {
        public virtual bool Run() => dependency is not null;
    }

    [UnitOfWork]
    public class FilteredItself([KeyFilter("a")] Dependency dependency)
    {
        public virtual bool Run() => dependency is not null && Tx.IsOpen;
    }

    [UnitOfWork]
    public class SeveralConstructors
    {
        private readonly string _used;

        public SeveralConstructors() => _used = "none";

        public SeveralConstructors(Dependency dependency) => _used = dependency.GetType().Name.ToLowerInvariant();

        public SeveralConstructors(Dependency dependency, Uri missing) => _used = $"{dependency} {missing}";

        public virtual string Run() => _used;
    }

    [UnitOfWork]
    public class ProtectedConstructor
    {
        private readonly string _used;

        public ProtectedConstructor() => _used = "public";

        protected ProtectedConstructor(Dependency dependency) => _used = $"protected {dependency}";

        public virtual string Run() => _used;
    }
}
