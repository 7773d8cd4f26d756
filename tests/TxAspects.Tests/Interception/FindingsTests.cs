using TxAspects.Interception;
using Autofac;
using static TxAspects.Tests.Mistakes;

namespace TxAspects.Tests;

/// <summary>Types that cannot be intercepted are refused when the container is built.</summary>
[TestClass]
public sealed class FindingsTests
{
    private const string Both = "carries both [UnitOfWork] and [NewContext]. Keep one: [UnitOfWork(Propagation = " +
                                "Propagation.RequiresNew)] takes settings as well.";
    private const string NeverAUnit = "is marked [UnitOfWork], but property accessors, events and disposal are never units of work. Move " +
                                      "the work to a method.";
    private const string NotVirtualText = "is marked [UnitOfWork] but is not virtual, so no proxy can intercept it. Make it virtual, or " +
                                          "register the class by an interface.";

    public static IEnumerable<object[]> Types =>
    [
        [Itself<Sealed>("'Sealed' is marked [UnitOfWork] and registered as itself, but is sealed, so no proxy can intercept it. Unseal " +
                        "it, or register it by an interface.")],
        [Itself<NotVirtual>($"'NotVirtual.Run' {NotVirtualText}")],
        [Itself<PartlyVirtual>($"'PartlyVirtual.Walk' {NotVirtualText}")],
        [Itself<Final>($"'Final.Run' {NotVirtualText}")],
        [Itself<Private>("'Private.Run' is marked [UnitOfWork] but is private, so no proxy can intercept it. Make it public and virtual, " +
                         "or register the class by an interface.")],
        [Itself<Explicit>("'Explicit.Run' is marked [UnitOfWork] but is private, so no proxy can intercept it. Make it public and " +
                          "virtual, or register the class by an interface.")],
        [Itself<ExplicitInMarked>("'ExplicitInMarked.Run' is marked [UnitOfWork] but is private, so no proxy can intercept it. Make it " +
                                  "public and virtual, or register the class by an interface.")],
        [ByInterface<IRuns, PrivateByInterface>("'PrivateByInterface.Walk' is marked [UnitOfWork] but is in no interface, and " +
                                                "'PrivateByInterface' is registered by interface, so no proxy can intercept it. Add it " +
                                                "to the interface, or remove the attribute.")],
        [ByInterface<IRuns, InNoInterface>("'InNoInterface.Walk' is marked [UnitOfWork] but is in no interface, and 'InNoInterface' is " +
                                           "registered by interface, so no proxy can intercept it. Add it to the interface, or remove " +
                                           "the attribute.")],
        [new Mistake("lambda", "'Bare' is marked [UnitOfWork] and registered as itself, but a lambda or an instance gives the object, so " +
                               "no proxy can take its place. Register it by type, or as an interface.",
                               builder => builder.Register(_ => new Bare()))],
        [new Mistake("instance", "'Bare' is marked [UnitOfWork] and registered as itself, but a lambda or an instance gives the object, " +
                                 "so no proxy can take its place. Register it by type, or as an interface.",
                                 builder => builder.RegisterInstance(new Bare()))],
        [ByInterface<IHidden, ByHiddenInterface>("'IHidden' is not accessible to proxies. Make it public, or internal with [assembly: " +
                                                 "InternalsVisibleTo(\"DynamicProxyGenAssembly2\")].")],
        [ByInterface<IHiddenAndPlain, MarkedByHiddenInterface>("'IHiddenAndPlain' is not accessible to proxies. Make it public, or " +
                                                               "internal with [assembly: InternalsVisibleTo(\"DynamicProxyGenAssembly2\")].")],
        [Itself<Hidden>("'Hidden' is not accessible to proxies. Make it public, or internal with [assembly: " +
                        "InternalsVisibleTo(\"DynamicProxyGenAssembly2\")], or register it by an interface.")],
        [Itself<BothOnClass>($"'BothOnClass' {Both}")],
        [ByInterface<IRuns, BothOnClass>($"'BothOnClass' {Both}")],
        [Itself<BothOnMethod>($"'BothOnMethod.Run' {Both}")],
        [Itself<BothOnBaseMethod>($"'BothOnMethod.Run' {Both}")],
        [ByInterface<IBoth, BothOnInterface>($"'IBoth' {Both}")],
        [ByInterface<IBothOnMethod, BothOnInterfaceMethod>($"'IBothOnMethod.Run' {Both}")],
        [Itself<Accessor>($"'Accessor.get_Number' {NeverAUnit}")],
        [Itself<Disposed>($"'Disposed.Dispose' {NeverAUnit}")],
        [Itself<InheritsDefault>("'InheritsDefault.Run' is marked [UnitOfWork] but is left to 'IDefault', so no proxy can intercept it. " +
                                 "Implement it as a virtual method, or register the class by an interface.")],
        [ByInterface<ILazyDefault, InheritsLazyDefault>("'InheritsLazyDefault.Run' is marked [UnitOfWork] but returns the lazy " +
                                                        "'IEnumerator<Int32>', which would run after the unit's end. Return a list, or " +
                                                        "IAsyncEnumerable<T>.")],
        [Itself<Static>($"'Static.Run' {NotVirtualText}")],
        [new Mistake("without attribute", "'Nothing' was registered with EnableUnitOfWork, but carries no [UnitOfWork] or [NewContext]. " +
                                          "Mark it, or remove the call.",
                                          builder => builder.RegisterType<Nothing>().As<IRuns>().EnableUnitOfWork())],
    ];

    [TestMethod]
    [DynamicData(nameof(Types))]
    public void Type_that_cannot_be_intercepted_is_refused(Mistake mistake)
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(mistake.Register));

        Assert.AreEqual(mistake.Text, string.Join(Environment.NewLine, refused.Findings));
    }

    [TestMethod]
    public void All_mistakes_of_all_components_are_in_one_message()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Containers.Build(builder =>
        {
            builder.RegisterType<Good>().As<IRuns>();
            builder.RegisterType<NotVirtual>().EnableUnitOfWork();
            builder.RegisterType<BothOnMethod>().As<IRuns>();
            builder.RegisterType<PartlyVirtual>().EnableUnitOfWork().AsSelf().As<IRuns>();
        }));

        Assert.AreEqual(
            string.Join(Environment.NewLine,
                "TxAspects found 3 mistakes in what is declared:",
                $"- 'NotVirtual.Run' {NotVirtualText}",
                $"- 'PartlyVirtual.Walk' {NotVirtualText}",
                $"- 'BothOnMethod.Run' {Both}"),
            refused.Message);
    }

    [TestMethod]
    public void One_mistake_is_one()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Containers.Build(builder => builder.RegisterType<NotVirtual>().EnableUnitOfWork()));

        Assert.AreEqual($"TxAspects found 1 mistake in what is declared:{Environment.NewLine}- 'NotVirtual.Run' {NotVirtualText}",
            refused.Message);
    }

    [TestMethod]
    public void Mistakes_of_components_that_were_enabled_one_by_one_are_in_one_message_too()
    {
        var builder = new ContainerBuilder();
        builder.RegisterType<NotVirtual>().EnableUnitOfWork();
        builder.RegisterType<Good>().As<IRuns>().EnableUnitOfWork();
        builder.RegisterType<PartlyVirtual>().EnableUnitOfWork();

        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => builder.Build());

        Assert.AreEqual($"'NotVirtual.Run' {NotVirtualText},'PartlyVirtual.Walk' {NotVirtualText}", string.Join(',', refused.Findings));
    }

    [TestMethod]
    public void Mistake_that_the_module_and_the_registration_both_see_is_told_once()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => Containers.Build(builder => builder.RegisterType<NotVirtual>().EnableUnitOfWork()));

        Assert.AreEqual($"'NotVirtual.Run' {NotVirtualText}", string.Join(',', refused.Findings));
    }

    [TestMethod]
    public void Mistake_in_a_child_scope_is_refused_when_the_scope_begins_and_leaves_the_container_usable()
    {
        using var container = Containers.Build(builder => builder.RegisterGeneric(typeof(List<>)).As(typeof(IList<>)));

        Assert.ThrowsExactly<TxAspectsConfigurationException>(
            () => container.BeginLifetimeScope(builder => builder.RegisterType<NotVirtual>().EnableUnitOfWork()));

        Assert.IsNotNull(container.Resolve<IList<int>>());
        using var scope = container.BeginLifetimeScope(builder => builder.RegisterType<Good>().As<IRuns>());
        Assert.IsTrue(UnitOfWorkProxies.IsProxy(scope.Resolve<IRuns>()));
    }

    [TestMethod]
    public void Static_method_of_an_attributed_class_is_no_mistake()
    {
        using var container = Containers.Build(builder => builder.RegisterType<WithStatic>().EnableUnitOfWork());

        Assert.IsTrue(container.Resolve<WithStatic>().Run());
    }

    [TestMethod]
    public void Lazy_method_that_no_caller_can_reach_by_interface_is_no_mistake()
    {
        using var container = Containers.Build(builder => builder.RegisterType<WithLazy>().As<IRuns>());

        Assert.IsTrue(UnitOfWorkProxies.IsProxy(container.Resolve<IRuns>()));
    }

    private static Mistake Itself<T>(string text)
        where T : notnull
        => new($"{typeof(T).Name} as itself", text, builder => builder.RegisterType<T>().EnableUnitOfWork());

    private static Mistake ByInterface<TService, T>(string text)
        where TService : notnull
        where T : TService
        => new($"{typeof(T).Name} as {typeof(TService).Name}", text, builder => builder.RegisterType<T>().As<TService>());

    public sealed record Mistake(string Name, string Text, Action<ContainerBuilder> Register)
    {
        public override string ToString() => Name;
    }

    public sealed class Good : IRuns { [UnitOfWork] public void Run() { } }

    [UnitOfWork]
    public class WithStatic
    {
        public static IEnumerable<int> Numbers() => [];

        public virtual bool Run() => Tx.IsOpen;
    }

    [UnitOfWork]
    public sealed class WithLazy : IRuns
    {
        public void Run() => _ = Numbers();

        public IEnumerable<int> Numbers() => [];
    }
}
