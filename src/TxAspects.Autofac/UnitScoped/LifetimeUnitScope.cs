using Autofac;
using TxAspects.Units.Scopes;

namespace TxAspects.Autofac.UnitScoped;

/// <summary>The lifetime scope of a unit: its own, or one that was there before, which somebody else disposes.</summary>
internal sealed class LifetimeUnitScope(ILifetimeScope scope, bool isOwn) : IUnitScope
{
    public ILifetimeScope Scope => scope;

    public void Dispose()
    {
        if (isOwn)
            scope.Dispose();
    }

    public ValueTask DisposeAsync() => isOwn ? scope.DisposeAsync() : default;
}
