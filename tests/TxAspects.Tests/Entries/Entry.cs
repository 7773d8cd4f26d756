using Autofac;

namespace TxAspects.Tests;

/// <summary>A way to open units: how the shared suites get their <see cref="IUnits"/>.</summary>
public abstract class Entry : IDisposable
{
    public abstract IUnits Units { get; }

    /// <summary>What the entry calls a unit, in messages.</summary>
    public abstract string NameOf(string method);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

public sealed class InterfaceProxyEntry : Entry
{
    private readonly IContainer _container = Containers.Build(builder => builder.RegisterType<ProxiedUnits>().As<IUnits>());

    public override IUnits Units => _container.Resolve<IUnits>();

    public override string NameOf(string method) => $"ProxiedUnits.{method}";

    public override void Dispose() => _container.Dispose();
}

public sealed class ClassProxyEntry : Entry
{
    private readonly IContainer _container = Containers.Build(builder => builder.RegisterType<SubclassedUnits>().EnableUnitOfWork());

    public override IUnits Units => _container.Resolve<SubclassedUnits>();

    public override string NameOf(string method) => $"SubclassedUnits.{method}";

    public override void Dispose() => _container.Dispose();
}

public sealed class CallEntry : Entry
{
    public override IUnits Units { get; } = new CalledUnits();

    public override string NameOf(string method) => method;
}

public sealed class MiddlewareEntry : Entry
{
    public override IUnits Units { get; } = new RequestedUnits();

    public override string NameOf(string method) => method;
}
