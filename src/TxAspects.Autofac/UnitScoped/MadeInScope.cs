using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Lifetime;
using TxAspects.Interception;

namespace TxAspects.Autofac.UnitScoped;

/// <summary>What the scope of a unit constructs together with one component. Looked up at the first call of a synchronous unit.</summary>
internal sealed class MadeInScope
{
    private Type? _asyncOnly;
    private volatile bool _isKnown;

    public Type? FindAsyncOnly(IComponentRegistry registry, Service target)
    {
        if (!_isKnown)
        {
            _asyncOnly = Constructed(registry, target) is { } type
                ? AsyncOnlyDisposal.Find(type, service => Constructed(registry, new TypedService(service)))
                : null;
            _isKnown = true;
        }

        return _asyncOnly;
    }

    private static Type? Constructed(IComponentRegistry registry, Service service)
        => registry.TryGetRegistration(service, out var found) &&
           found is { Ownership: InstanceOwnership.OwnedByLifetimeScope, Lifetime: CurrentScopeLifetime }
            ? (found.Activator as ReflectionActivator)?.LimitType
            : null;
}
