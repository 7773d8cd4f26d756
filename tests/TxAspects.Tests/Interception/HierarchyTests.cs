using Autofac;
using TxAspects.Interception;

namespace TxAspects.Tests;

/// <summary>Methods that are hidden, implemented again, overridden covariantly or called by a base constructor.</summary>
[TestClass]
public sealed class HierarchyTests
{
    [TestMethod]
    public void Interface_implemented_again_by_a_derived_class_works()
    {
        Assert.AreEqual("derived True", ByInterface<ExplicitAgain>().Run());
        Assert.AreEqual("derived True", ByInterface<HidingAgain>().Run());
        Assert.AreEqual("derived False", ByInterface<PlainAgain>().Run());
    }

    [TestMethod]
    public void Interface_implemented_by_an_inherited_method_has_the_attribute_of_that_method()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Inheriting>().As<IRuns>());

        Assert.AreEqual("library True", container.Resolve<IRuns>().Run());
        Assert.AreEqual("Inheriting.Run: Required, ReadOnly; [UnitOfWork] on 'Library.Run'",
            $"{container.DescribePlan().Methods.Single()}");
    }

    [TestMethod]
    [DataRow(typeof(HidingVirtual))]
    [DataRow(typeof(HidingFinal))]
    public void Class_proxy_is_refused_where_a_unit_is_hidden(Type type)
        => Assert.AreEqual(
            $"'Hidden.Run' is marked [UnitOfWork] but hidden by '{type.Name}.Run', so no proxy can intercept it. " +
            "Override it instead, or give one of the two another name.",
            UnitOfWorkProxies.Check(type, [type]).Single());

    [TestMethod]
    public void Hidden_method_that_is_no_unit_is_no_mistake()
    {
        using var container = Containers.Build(builder => builder.RegisterType<MarkedHiding>().EnableUnitOfWork());
        var component = container.Resolve<MarkedHiding>();

        Assert.IsTrue(component.Run());
        Assert.IsFalse(((PlainHidden)component).Run());
    }

    [TestMethod]
    public void Covariant_override_has_the_attribute_of_what_it_overrides()
    {
        using var container = Containers.Build(builder => builder.RegisterType<Covariant>().EnableUnitOfWork());
        var component = container.Resolve<Covariant>();

        Assert.AreEqual("True", component.Make());
        Assert.AreEqual("True", ((Maker)component).Make());
        Assert.AreEqual("Covariant.Make: Required; [UnitOfWork] on 'Maker.Make'", $"{container.DescribePlan().Methods.Single()}");
    }

    [TestMethod]
    public void Covariant_override_of_an_override_is_one_method_with_it()
    {
        using var container = Containers.Build(builder => builder.RegisterType<MoreCovariant>().EnableUnitOfWork());
        var component = container.Resolve<MoreCovariant>();

        Assert.IsInstanceOfType<Text>(((Maker)component).Make());
        Assert.IsTrue(((Text)component.Make()).IsOpen);
        Assert.HasCount(1, container.DescribePlan().Methods);
    }

    [TestMethod]
    public void Method_that_a_base_constructor_calls_runs_in_a_unit()
    {
        using var container = Containers.Build(builder => builder.RegisterType<CalledEarly>().EnableUnitOfWork());

        Assert.IsTrue(container.Resolve<CalledEarly>().WasOpen);
    }

    private static IRuns ByInterface<T>()
        where T : IRuns
        => Containers.Build(builder => builder.RegisterType<T>().As<IRuns>()).Resolve<IRuns>();

    public interface IRuns { string Run(); }

    public class ExplicitBase : IRuns { [UnitOfWork] string IRuns.Run() => "base"; }

    public sealed class ExplicitAgain : ExplicitBase, IRuns { [UnitOfWork] public string Run() => $"derived {Tx.IsOpen}"; }

    public sealed class PlainAgain : ExplicitBase, IRuns { public string Run() => $"derived {Tx.IsOpen}"; }

    public class HidingBase : IRuns { [UnitOfWork] public string Run() => "base"; }

    public sealed class HidingAgain : HidingBase, IRuns { [UnitOfWork] public new string Run() => $"derived {Tx.IsOpen}"; }

    public class LibraryBase { public string Run() => "base"; }

    // Hides a method, so that the compiler has to write a bridge for the interface.
    public class Library : LibraryBase { [UnitOfWork(ReadOnly = true)] public new string Run() => $"library {Tx.IsOpen}"; }

    public sealed class Inheriting : Library, IRuns;

    public class Hidden { [UnitOfWork] public virtual bool Run() => Tx.IsOpen; }

    public class HidingVirtual : Hidden { public new virtual bool Run() => Tx.IsOpen; }

    public class HidingFinal : Hidden { public new bool Run() => Tx.IsOpen; }

    public class PlainHidden { public virtual bool Run() => Tx.IsOpen; }

    public class MarkedHiding : PlainHidden { [UnitOfWork] public new virtual bool Run() => Tx.IsOpen; }

    public class Maker { [UnitOfWork] public virtual object Make() => Tx.IsOpen; }

    public class Covariant : Maker { public override string Make() => Tx.IsOpen.ToString(); }

    public class Overriding : Maker { public override Words Make() => new Text(Tx.IsOpen); }

    public class MoreCovariant : Overriding { public override Text Make() => new(Tx.IsOpen); }

    public record Words;

    public record Text(bool IsOpen) : Words;

    public class EarlyBase
    {
        public EarlyBase() => WasOpen = Ready();

        public bool WasOpen { get; }

        [UnitOfWork]
        public virtual bool Ready() => Tx.IsOpen;
    }

    public class CalledEarly : EarlyBase;
}
