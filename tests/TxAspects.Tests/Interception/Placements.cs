using static System.Data.IsolationLevel;
using Level = System.Data.IsolationLevel;

namespace TxAspects.Tests;

/// <summary>Every place for the attribute. The isolation level in force tells which one counted.</summary>
public static class Placements
{
    public const Level OnMethod = Serializable;
    public const Level OnInterfaceMethod = RepeatableRead;
    public const Level OnClass = ReadCommitted;
    public const Level OnInterface = Snapshot;
    public const Level OnDerivedInterface = ReadUncommitted;

    private static Level? InForce => Tx.Current?.Options.IsolationLevel;

    public interface IPlain { Level? Run(); }

    public interface IMethodMarked { [UnitOfWork(IsolationLevel = OnInterfaceMethod)] Level? Run(); }

    [UnitOfWork(IsolationLevel = OnInterface)]
    public interface IMarked { Level? Run(); }

    [UnitOfWork(IsolationLevel = OnInterface)]
    public interface IMarkedAndMethodMarked { [UnitOfWork(IsolationLevel = OnInterfaceMethod)] Level? Run(); }

    [UnitOfWork(IsolationLevel = OnInterface)]
    public interface IGeneric<T> { Level? Run(T value); }

    public interface IGenericMethodMarked<T> { [UnitOfWork(IsolationLevel = OnInterfaceMethod)] Level? Run<TOther>(T value, TOther other); }

    public interface IDefault { [UnitOfWork(IsolationLevel = OnInterfaceMethod)] Level? Run() => InForce; }

    [UnitOfWork(IsolationLevel = OnInterface)]
    public interface IMarkedDefault { Level? Run() => InForce; }

    public interface IPlainDefault { Level? Run() => InForce; }

    public interface IExtendsMarked : IMarked;

    [UnitOfWork(IsolationLevel = OnDerivedInterface)]
    public interface IMarkedExtendsPlain : IPlain;

    [UnitOfWork(IsolationLevel = OnDerivedInterface)]
    public interface IMarkedExtendsMarked : IMarked;

    public class Method : IPlain { [UnitOfWork(IsolationLevel = OnMethod)] public virtual Level? Run() => InForce; }

    public class InterfaceMethod : IMethodMarked { public virtual Level? Run() => InForce; }

    [UnitOfWork(IsolationLevel = OnClass)]
    public class Class : IPlain { public virtual Level? Run() => InForce; }

    public class Interface : IMarked { public virtual Level? Run() => InForce; }

    public class Nowhere : IPlain { public virtual Level? Run() => InForce; }

    public class GenericInterface : IGeneric<int> { public virtual Level? Run(int value) => InForce; }

    public class GenericInterfaceMethod : IGenericMethodMarked<int> { public virtual Level? Run<TOther>(int value, TOther other) =>
        InForce; }

    public class MethodAndInterfaceMethod : IMethodMarked { [UnitOfWork(IsolationLevel = OnMethod)] public virtual Level? Run() =>
        InForce; }

    [UnitOfWork(IsolationLevel = OnClass)]
    public class InterfaceMethodAndClass : IMethodMarked { public virtual Level? Run() => InForce; }

    [UnitOfWork(IsolationLevel = OnClass)]
    public class ClassAndInterface : IMarked { public virtual Level? Run() => InForce; }

    public class InterfaceMethodAndInterface : IMarkedAndMethodMarked { public virtual Level? Run() => InForce; }

    [UnitOfWork(IsolationLevel = OnClass)]
    public class Everywhere : IMarkedAndMethodMarked { [UnitOfWork(IsolationLevel = OnMethod)] public virtual Level? Run() => InForce; }

    public class ExplicitMethod : IPlain { [UnitOfWork(IsolationLevel = OnMethod)] Level? IPlain.Run() => InForce; }

    public class ExplicitInterfaceMethod : IMethodMarked { Level? IMethodMarked.Run() => InForce; }

    [UnitOfWork(IsolationLevel = OnClass)]
    public class ExplicitInClass : IPlain { Level? IPlain.Run() => InForce; }

    public class Default : IDefault;

    public class DefaultReplaced : IDefault { public virtual Level? Run() => InForce; }

    public class DefaultInMarkedInterface : IMarkedDefault;

    [UnitOfWork(IsolationLevel = OnClass)]
    public class DefaultInClass : IPlainDefault;

    public class BaseInterface : IExtendsMarked { public virtual Level? Run() => InForce; }

    public class DerivedInterface : IMarkedExtendsPlain { public virtual Level? Run() => InForce; }

    public class DerivedInterfaceAndInterface : IMarkedExtendsMarked { public virtual Level? Run() => InForce; }

    public class BaseClass : Class;

    [NewContext(IsolationLevel = OnMethod)]
    public class ClassAndBaseClass : Class;

    public class Inherited : Method;

    public class Overridden : Method { public override Level? Run() => InForce; }

    public class OverriddenAndMarked : Method { [NewContext(IsolationLevel = OnClass)] public override Level? Run() => InForce; }
}
