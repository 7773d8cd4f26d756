using System.Reflection;
using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Features.ResolveAnything;

namespace TxAspects.Tests;

/// <summary>A class registered as itself asks for its class proxy with EnableUnitOfWork.</summary>
[TestClass]
public sealed class ClassProxyTests
{
    private const string AddIt = "is marked [UnitOfWork] and registered as itself, but without EnableUnitOfWork, so no derived class " +
                                 "takes its place. Add .EnableUnitOfWork() to the registration, or register the class by an interface.";

    [TestMethod]
    public void Class_without_the_word_is_refused_with_it_as_the_remedy()
    {
        Assert.AreEqual($"'OrdersItself' {AddIt}", Finding(builder => builder.RegisterType<OrdersItself>()));
        Assert.AreEqual($"'OrdersItself' {AddIt}", Finding(builder => builder.RegisterType<OrdersItself>().AsSelf().As<IOrders>()));
        Assert.AreEqual($"'OrdersItself' {AddIt}", Finding(builder => builder.RegisterType<OrdersItself>().Keyed<OrdersItself>(1)));
    }

    [TestMethod]
    public void What_else_is_wrong_with_the_class_is_told_beside()
    {
#pragma warning disable TXA003 // The mistake is what is tested.
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Containers.Build(builder => builder.RegisterType<Mistakes.NotVirtual>()));
#pragma warning restore TXA003

        Assert.HasCount(2, refused.Findings);
        StringAssert.StartsWith(refused.Findings[0], "'NotVirtual.Run' is marked [UnitOfWork] but is not virtual");
        Assert.AreEqual($"'NotVirtual' {AddIt}", refused.Findings[1]);
    }

    [TestMethod]
    public void Classes_of_a_scan_ask_together()
    {
        Assert.AreEqual($"'OrdersItself' {AddIt}", Finding(builder => Scan(builder).AsSelf()));
        foreach (var register in new Action<ContainerBuilder>[]
                 {
                     builder => Scan(builder).EnableUnitOfWork().AsSelf().WithMetadata("a", 1),
                     builder => Scan(builder).AsSelf().EnableUnitOfWork(),
                 })
        {
            using var container = Containers.Build(register);
            Assert.IsNotNull(container.Resolve<OrdersItself>().Unit());
            Assert.IsNull(container.Resolve<PlainOrders>().Unit());
        }

        static global::Autofac.Builder.IRegistrationBuilder<object, global::Autofac.Features.Scanning.ScanningActivatorData,
            global::Autofac.Builder.DynamicRegistrationStyle> Scan(ContainerBuilder builder)
            => builder.RegisterAssemblyTypes(typeof(ClassProxyTests).Assembly)
                .Where(type => type == typeof(OrdersItself) || type == typeof(PlainOrders));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Word_may_come_before_everything_that_is_configured_or_after_it(bool before)
    {
        using var container = Containers.Build(builder =>
        {
            var registration = builder.RegisterType<Several>();
            if (before)
                registration.EnableUnitOfWork();
            registration.AsSelf().As<IOrders>().UsingConstructor(typeof(string), typeof(int))
                .WithParameter(new PositionalParameter(0, "a")).WithParameter("second", 2)
                .WithProperty("Third", 3L).PropertiesAutowired().InstancePerLifetimeScope()
                .OnActivating(one => one.Instance.Notes.Add("activating"))
                .OnActivated(one => one.Instance.Notes.Add($"activated {one.Instance.Run()}"))
                .OnRelease(one => one.Notes.Add("released"));
            if (!before)
                registration.EnableUnitOfWork();
        });

        using var scope = container.BeginLifetimeScope();
        var several = scope.Resolve<Several>();
        Assert.AreSame(several, scope.Resolve<IOrders>());
        Assert.IsNotNull(several.Unit());
        scope.Dispose();
        Assert.AreEqual("activating, activated a23 inside, released", string.Join(", ", several.Notes));
    }

    [TestMethod]
    public void Condition_on_the_registration_holds()
    {
        using var container = Containers.Build(builder =>
        {
            builder.RegisterType<OrdersItself>().EnableUnitOfWork().OnlyIf(_ => false);
            builder.RegisterType<OrdersItself>().OnlyIf(_ => true).EnableUnitOfWork().Named<OrdersItself>("kept");
        });

        Assert.IsFalse(container.IsRegistered<OrdersItself>());
        Assert.IsNotNull(container.ResolveNamed<OrdersItself>("kept").Unit());
    }

    [TestMethod]
    public void Protected_constructor_that_was_asked_for_is_used()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Hidden>().EnableUnitOfWork()
            .FindConstructorsWith(type => [.. Constructors(type).Where(one => one.IsFamily)]));

        Assert.AreEqual("protected", container.Resolve<Hidden>().Run());
    }

    [TestMethod]
    public void Private_constructor_that_was_asked_for_is_refused()
        => Assert.AreEqual(
            "'Hidden' is marked [UnitOfWork] and gets a class proxy, but its constructor (Int32) cannot be called by a derived class. " +
            "Make it public or protected, or register the class by an interface.",
            Finding(builder => builder.RegisterType<Hidden>().EnableUnitOfWork().FindConstructorsWith(Constructors)));

    [TestMethod]
    public void Selector_of_the_users_sees_the_constructors_of_the_class()
    {
        var shortest = new Shortest();
        using var container = Containers.Build(builder => builder.RegisterType<Several>().EnableUnitOfWork().UsingConstructor(shortest));

        Assert.AreEqual("none00 inside", container.Resolve<Several>().Run());
        Assert.AreEqual("Several: 0; Several: 2 not", shortest.Seen);
    }

    [TestMethod]
    public void Constructor_that_does_not_exist_is_told_of_the_class()
    {
        var refused = Assert.Throws<DependencyResolutionException>(() => Containers.Build(
            builder => builder.RegisterType<Several>().EnableUnitOfWork()
                .UsingConstructor(new MatchingSignatureConstructorSelector(typeof(Uri)))));

        StringAssert.Contains(refused.Message, "'Several'");
    }

    [TestMethod]
    public void Key_of_a_keyed_class_reaches_its_constructor()
    {
        using var container = Containers.Build(builder => builder.RegisterType<TakesKey>().EnableUnitOfWork()
            .Keyed<TakesKey>("a").Keyed<TakesKey>("b"));

        Assert.AreEqual("a inside", container.ResolveKeyed<TakesKey>("a").Run());
        Assert.AreEqual("b inside", container.ResolveKeyed<TakesKey>("b").Run());
    }

    [TestMethod]
    public void Required_members_that_a_constructor_sets_are_refused()
        => Assert.AreEqual(
            "'SetsRequired' is marked [UnitOfWork] and gets a class proxy, but its constructor () is marked [SetsRequiredMembers], " +
            "which a derived class does not inherit, so Autofac would set the required members again. Remove the attribute, or " +
            "register the class by an interface.",
            Finding(builder => builder.RegisterType<SetsRequired>().EnableUnitOfWork()));

    [TestMethod]
    public void Property_with_a_private_setter_is_refused()
        => Assert.AreEqual(
            "'PrivateSetter' is marked [UnitOfWork] and gets a class proxy, but the setter of 'Name', to which WithProperty gives a " +
            "value, is private, so it cannot be set on a derived class. Make it public or protected, or register the class by an interface.",
            Finding(builder => builder.RegisterType<PrivateSetter>().EnableUnitOfWork().WithProperty("Name", "a")));

    [TestMethod]
    public void Class_that_a_source_registers_in_use_is_refused_at_every_use_without_the_word()
    {
        using var container = Containers.Build(builder => builder.RegisterSource(new AnyConcreteTypeNotAlreadyRegisteredSource()));

        for (var use = 0; use < 2; use++)
            StringAssert.Contains($"{Assert.Throws<Exception>(() => container.Resolve<OrdersItself>())}", $"'OrdersItself' {AddIt}");
    }

    [TestMethod]
    public void Source_asks_in_its_configuration()
    {
        using var container = Containers.Build(builder => builder.RegisterSource(new AnyConcreteTypeNotAlreadyRegisteredSource()
            .WithRegistrationsAs(one => one.EnableUnitOfWork())));

        Assert.IsNotNull(container.Resolve<OrdersItself>().Unit());
    }

    [TestMethod]
    public void Class_that_the_type_of_a_lambda_hides_is_refused_when_it_is_made()
    {
        using var container = Containers.Build(
            builder => builder.Register<ServiceTests.PlainBase>(_ => new DerivedAndMarked()).As<ServiceTests.PlainBase>());

        StringAssert.Contains(
            $"{Assert.Throws<Exception>(() => container.Resolve<ServiceTests.PlainBase>())}",
            "'DerivedAndMarked' is marked [UnitOfWork] and registered as itself, but a lambda or an instance gives the object");
    }

    private static string Finding(Action<ContainerBuilder> register)
        => Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(register)).Findings.Single();

    private static ConstructorInfo[] Constructors(Type type)
        => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    [UnitOfWork]
    public class Several : IOrders
    {
        private readonly string _used;

        public Several() => _used = "none0";

        public Several(string first, int second) => _used = $"{first}{second}";

        public long Third { get; set; }

        public IList<string> Notes { get; } = [];

        public virtual string Run() => $"{_used}{Third} {(Tx.IsOpen ? "inside" : "outside")}";

        public virtual ITxUnit? Unit() => Tx.Current;
    }

    [UnitOfWork]
    public class Hidden
    {
        private readonly string _used;

        protected Hidden() => _used = "protected";

        private Hidden(int number) => _used = $"private {number}";

        public static Hidden Make() => new(1);

        public virtual string Run() => _used;
    }

    [UnitOfWork]
    public class TakesKey([ServiceKey] string key)
    {
        public virtual string Run() => $"{key} {(Tx.IsOpen ? "inside" : "outside")}";
    }

    [UnitOfWork]
    public class SetsRequired
    {
        [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
        public SetsRequired() => Name = "set";

        public required string Name { get; init; }

        public virtual string Run() => Name;
    }

    [UnitOfWork]
    public class PrivateSetter
    {
        public string? Name { get; private set; }

        public virtual string? Run() => Name;

        public virtual void Rename() => Name = "renamed";
    }

    [UnitOfWork]
    public sealed class DerivedAndMarked : ServiceTests.PlainBase;

    private sealed class Shortest : IConstructorSelector
    {
        public string Seen { get; private set; } = "";

        public BoundConstructor SelectConstructorBinding(BoundConstructor[] constructorBindings, IEnumerable<Parameter> parameters)
        {
            var all = constructorBindings.OrderBy(one => one.ArgumentCount).ToArray();
            Seen = string.Join("; ", all.Select(
                one => $"{one.TargetConstructor.DeclaringType!.Name}: {one.ArgumentCount}{(one.CanInstantiate ? "" : " not")}"));
            return all[0];
        }
    }
}
