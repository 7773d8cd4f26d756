using Autofac;
using static TxAspects.Tests.Placements;
using Level = System.Data.IsolationLevel;

namespace TxAspects.Tests;

/// <summary>Where the attribute may stand, and which one counts: the nearest, whole.</summary>
[TestClass]
public sealed class PlacementTests
{
    public static IEnumerable<object[]> ByInterface =>
    [
        [Case<IPlain, Method>(OnMethod, one => one.Run())],
        [Case<IMethodMarked, InterfaceMethod>(OnInterfaceMethod, one => one.Run())],
        [Case<IPlain, Class>(OnClass, one => one.Run())],
        [Case<IMarked, Interface>(OnInterface, one => one.Run())],
        [Case<IPlain, Nowhere>(null, one => one.Run())],
        [Case<IGeneric<int>, GenericInterface>(OnInterface, one => one.Run(1))],
        [Case<IGenericMethodMarked<int>, GenericInterfaceMethod>(OnInterfaceMethod, one => one.Run(1, "a"))],
        [Case<IMethodMarked, MethodAndInterfaceMethod>(OnMethod, one => one.Run())],
        [Case<IMethodMarked, InterfaceMethodAndClass>(OnInterfaceMethod, one => one.Run())],
        [Case<IMarked, ClassAndInterface>(OnClass, one => one.Run())],
        [Case<IMarkedAndMethodMarked, InterfaceMethodAndInterface>(OnInterfaceMethod, one => one.Run())],
        [Case<IMarkedAndMethodMarked, Everywhere>(OnMethod, one => one.Run())],
        [Case<IPlain, ExplicitMethod>(OnMethod, one => one.Run())],
        [Case<IMethodMarked, ExplicitInterfaceMethod>(OnInterfaceMethod, one => one.Run())],
        [Case<IPlain, ExplicitInClass>(OnClass, one => one.Run())],
        [Case<IDefault, Default>(OnInterfaceMethod, one => one.Run())],
        [Case<IDefault, DefaultReplaced>(OnInterfaceMethod, one => one.Run())],
        [Case<IMarkedDefault, DefaultInMarkedInterface>(OnInterface, one => one.Run())],
        [Case<IPlainDefault, DefaultInClass>(OnClass, one => one.Run())],
        [Case<IExtendsMarked, BaseInterface>(OnInterface, one => one.Run())],
        [Case<IPlain, DerivedInterface>(OnDerivedInterface, one => one.Run())],
        [Case<IMarked, DerivedInterfaceAndInterface>(OnDerivedInterface, one => one.Run())],
        [Case<IPlain, BaseClass>(OnClass, one => one.Run())],
        [Case<IPlain, ClassAndBaseClass>(OnMethod, one => one.Run())],
        [Case<IPlain, Inherited>(OnMethod, one => one.Run())],
        [Case<IPlain, Overridden>(OnMethod, one => one.Run())],
        [Case<IPlain, OverriddenAndMarked>(OnClass, one => one.Run())],
    ];

    public static IEnumerable<object[]> AsItself =>
    [
        [Case<Method, Method>(OnMethod, one => one.Run())],
        [Case<InterfaceMethod, InterfaceMethod>(OnInterfaceMethod, one => one.Run())],
        [Case<Class, Class>(OnClass, one => one.Run())],
        [Case<Interface, Interface>(OnInterface, one => one.Run())],
        [Case<Nowhere, Nowhere>(null, one => one.Run())],
        [Case<GenericInterface, GenericInterface>(OnInterface, one => one.Run(1))],
        [Case<GenericInterfaceMethod, GenericInterfaceMethod>(OnInterfaceMethod, one => one.Run(1, "a"))],
        [Case<MethodAndInterfaceMethod, MethodAndInterfaceMethod>(OnMethod, one => one.Run())],
        [Case<InterfaceMethodAndClass, InterfaceMethodAndClass>(OnInterfaceMethod, one => one.Run())],
        [Case<ClassAndInterface, ClassAndInterface>(OnClass, one => one.Run())],
        [Case<InterfaceMethodAndInterface, InterfaceMethodAndInterface>(OnInterfaceMethod, one => one.Run())],
        [Case<Everywhere, Everywhere>(OnMethod, one => one.Run())],
        [Case<DefaultReplaced, DefaultReplaced>(OnInterfaceMethod, one => one.Run())],
        [Case<BaseInterface, BaseInterface>(OnInterface, one => one.Run())],
        [Case<DerivedInterface, DerivedInterface>(OnDerivedInterface, one => one.Run())],
        [Case<DerivedInterfaceAndInterface, DerivedInterfaceAndInterface>(OnDerivedInterface, one => one.Run())],
        [Case<BaseClass, BaseClass>(OnClass, one => one.Run())],
        [Case<ClassAndBaseClass, ClassAndBaseClass>(OnMethod, one => one.Run())],
        [Case<Inherited, Inherited>(OnMethod, one => one.Run())],
        [Case<Overridden, Overridden>(OnMethod, one => one.Run())],
        [Case<OverriddenAndMarked, OverriddenAndMarked>(OnClass, one => one.Run())],
    ];

    [TestMethod]
    [DynamicData(nameof(ByInterface))]
    public void Nearest_attribute_counts_on_an_interface_proxy(Placement placement)
        => Assert.AreEqual(placement.Expected, placement.Run());

    [TestMethod]
    [DynamicData(nameof(AsItself))]
    public void Nearest_attribute_counts_on_a_class_proxy(Placement placement)
        => Assert.AreEqual(placement.Expected, placement.Run());

    [TestMethod]
    public void Nearest_attribute_counts_whole()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Whole>().As<IWhole>());

        var options = container.Resolve<IWhole>().Run();

        Assert.AreEqual(Propagation.Required, options.Propagation);
        Assert.AreEqual(Level.Unspecified, options.IsolationLevel);
        Assert.IsFalse(options.ReadOnly);
        Assert.IsTrue(options.AllowEarlyCompletion);
        Assert.IsEmpty(options.CommitOn);
        CollectionAssert.AreEqual(new[] { typeof(ArithmeticException) }, options.RollbackOn.ToArray());
    }

    private static Placement Case<TService, TImplementation>(Level? expected, Func<TService, Level?> run)
        where TService : notnull
        where TImplementation : TService
        => new($"{typeof(TImplementation).Name} as {typeof(TService).Name}", expected, () =>
        {
            using var container = Containers.Build(builder =>
            {
                var registration = builder.RegisterType<TImplementation>().As<TService>();
                if (!typeof(TService).IsInterface && expected is not null)
                    registration.EnableUnitOfWork();
            });
            return run(container.Resolve<TService>());
        });

    public sealed record Placement(string Name, Level? Expected, Func<Level?> Run)
    {
        public override string ToString() => Name;
    }

    public interface IWhole
    {
        [UnitOfWork(Propagation = Propagation.RequiresNew, IsolationLevel = Level.Serializable, ReadOnly = true,
            AllowEarlyCompletion = false, CommitOn = [typeof(Exception)])]
        UnitOfWorkOptions Run();
    }

    public sealed class Whole : IWhole
    {
        [UnitOfWork(RollbackOn = [typeof(ArithmeticException)])]
        public UnitOfWorkOptions Run() => Tx.Current!.Options;
    }
}
