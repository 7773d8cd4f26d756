namespace TxAspects.Tests;

/// <summary>Declarations that cannot work.</summary>
public static class Mistakes
{
    public interface IRuns { void Run(); }

    [UnitOfWork]
    public sealed class Sealed;

    public class NotVirtual { [UnitOfWork] public void Run() { } }

    [UnitOfWork]
    public class PartlyVirtual : IRuns
    {
        public virtual void Run() { }

        public void Walk() { }
    }

    public class Private { [UnitOfWork] private void Run() { } }

    public sealed class PrivateByInterface : IRuns
    {
        public void Run() => Walk();

        [UnitOfWork]
        private void Walk() { }
    }

    public sealed class InNoInterface : IRuns
    {
        public void Run() { }

        [UnitOfWork]
        public void Walk() { }
    }

    public class Explicit : IRuns { [UnitOfWork] void IRuns.Run() { } }

    [UnitOfWork]
    public class ExplicitInMarked : IRuns { void IRuns.Run() { } }

    public class Final : IRuns { [UnitOfWork] public void Run() { } }

    [UnitOfWork]
    public class Bare { public virtual void Run() { } }

    [UnitOfWork]
    internal interface IHidden { void Run(); }

    public sealed class ByHiddenInterface : IHidden { public void Run() { } }

    internal interface IHiddenAndPlain { void Run(); }

    [UnitOfWork]
    public sealed class MarkedByHiddenInterface : IHiddenAndPlain { public void Run() { } }

    [UnitOfWork]
    internal class Hidden { public virtual void Run() { } }

    internal sealed class HiddenToo : Hidden;

    [UnitOfWork]
    [NewContext]
    public class BothOnClass : IRuns { public virtual void Run() { } }

    public class BothOnMethod : IRuns { [UnitOfWork, NewContext] public virtual void Run() { } }

    public class BothOnBaseMethod : BothOnMethod { public override void Run() { } }

    [UnitOfWork]
    [NewContext]
    public interface IBoth { void Run(); }

    public class BothOnInterface : IBoth { public virtual void Run() { } }

    public interface IBothOnMethod { [UnitOfWork, NewContext] void Run(); }

    public class BothOnInterfaceMethod : IBothOnMethod { public virtual void Run() { } }

    public class Accessor { public virtual int Number { [UnitOfWork] get; set; } }

    public class Disposed : IDisposable { [UnitOfWork] public virtual void Dispose() => GC.SuppressFinalize(this); }

    public interface IDefault { [UnitOfWork] void Run() { } }

    public class InheritsDefault : IDefault;

    public interface ILazyDefault { [UnitOfWork] IEnumerator<int> Run() => throw new NotSupportedException(); }

    public class InheritsLazyDefault : ILazyDefault;

    public class Static { [UnitOfWork] public static void Run() { } }

    public sealed class Nothing : IRuns { public void Run() { } }
}
