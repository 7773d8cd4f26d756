using Autofac;
using Autofac.Core;
using TxAspects.Interception;
using TxAspects.Units.Scopes;

namespace TxAspects.Autofac.UnitScoped;

/// <summary>Makes the proxies of one registration, with the options of the container that it is in.</summary>
internal sealed class UnitScopedProxies(Type type, Service target, IReadOnlyCollection<Service> services)
{
    private readonly MadeInScope _made = new();
    private Func<UnitScopedTarget, object>? _make;

    public object Make(IComponentContext context)
    {
        var scope = (ISharingLifetimeScope)context.Resolve<ILifetimeScope>();
        var options = context.ResolveOptional<TxAspectsOptions>();
        var make = LazyInitializer.EnsureInitialized(ref _make, () => new UnitOfWorkProxies(options).InUnit(
            type, [.. services.OfType<IServiceWithType>().Select(service => service.ServiceType)]));
        return make(new LifetimeScopeTarget(scope, target, options?.Carried ?? [], _made));
    }
}
