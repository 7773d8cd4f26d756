using Autofac;

namespace TxAspects.Tests;

/// <summary>Properties of proxied components are injected, into the target.</summary>
[TestClass]
public sealed class PropertyTests
{
    [TestMethod]
    public void Autowired_properties_are_set()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<Wired>().As<IWired>().PropertiesAutowired();
            builder.RegisterType<WiredItself>().EnableUnitOfWork().PropertiesAutowired();
        });

        Assert.AreEqual("wired inside", container.Resolve<IWired>().Run());
        Assert.AreEqual("wired inside", container.Resolve<WiredItself>().Run());
    }

    [TestMethod]
    public void Property_given_by_name_is_set()
    {
        var dependency = new Dependency();
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Wired>().As<IWired>().WithProperty("Dependency", dependency);
            builder.RegisterType<WiredItself>().EnableUnitOfWork().WithProperty(one => one.Dependency, dependency);
        });

        Assert.AreEqual("wired inside", container.Resolve<IWired>().Run());
        Assert.AreEqual("wired inside", container.Resolve<WiredItself>().Run());
    }

    [TestMethod]
    public void Required_members_are_set()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Dependency>();
            builder.RegisterType<Required>().As<IWired>();
            builder.RegisterType<RequiredItself>().EnableUnitOfWork();
        });

        Assert.AreEqual("wired inside", container.Resolve<IWired>().Run());
        Assert.AreEqual("wired inside", container.Resolve<RequiredItself>().Run());
    }

    [TestMethod]
    public void Handlers_of_activation_see_the_target_and_what_they_set_counts()
    {
        var dependency = new Dependency();
        var activated = new List<string>();
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<Wired>().As<IWired>()
                .OnActivating(one => one.Instance.Dependency = dependency)
                .OnActivated(one => activated.Add(one.Instance.GetType().Name));
            builder.RegisterType<WiredItself>().EnableUnitOfWork()
                .OnActivating(one => one.Instance.Dependency = dependency)
                .OnActivated(one => activated.Add(one.Instance.Run()));
        });

        Assert.AreEqual("wired inside", container.Resolve<IWired>().Run());
        Assert.AreEqual("wired inside", container.Resolve<WiredItself>().Run());
        CollectionAssert.AreEqual(new[] { "Wired", "wired inside" }, activated);
    }

    [TestMethod]
    public void What_a_handler_puts_in_the_place_of_the_instance_is_wrapped()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Wired>().As<IWired>()
            .OnActivating(one => one.ReplaceInstance(new Wired { Dependency = new Dependency() })));

        Assert.AreEqual("wired inside", container.Resolve<IWired>().Run());
    }

    public sealed class Dependency;

    public interface IWired { string Run(); }

    [UnitOfWork]
    public sealed class Wired : IWired
    {
        public Dependency? Dependency { get; set; }

        public string Run() => $"{(Dependency is null ? "not wired" : "wired")} {(Tx.IsOpen ? "inside" : "outside")}";
    }

    [UnitOfWork]
    public class WiredItself
    {
        public Dependency? Dependency { get; set; }

        public virtual string Run() => $"{(Dependency is null ? "not wired" : "wired")} {(Tx.IsOpen ? "inside" : "outside")}";
    }

    [UnitOfWork]
    public sealed class Required : IWired
    {
        public required Dependency Dependency { get; init; }

        public string Run() => $"{(Dependency is null ? "not wired" : "wired")} {(Tx.IsOpen ? "inside" : "outside")}";
    }

    [UnitOfWork]
    public class RequiredItself
    {
        public required Dependency Dependency { get; init; }

        public virtual string Run() => $"{(Dependency is null ? "not wired" : "wired")} {(Tx.IsOpen ? "inside" : "outside")}";
    }
}
