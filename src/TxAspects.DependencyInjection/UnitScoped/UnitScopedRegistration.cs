using Microsoft.Extensions.DependencyInjection;
using TxAspects.DependencyInjection.Proxying;
using TxAspects.Interception;
using TxAspects.Units.Scopes;

namespace TxAspects.DependencyInjection.UnitScoped;

/// <summary>
/// A service that is resolved inside its unit, as two registrations: its proxy, which may be had anywhere, and its target under a key that
/// nobody else has.
/// </summary>
internal sealed class UnitScopedRegistration(Type type, Type service, object? key, ProvidedServices provided)
    : ProxiedService(type, service)
{
    private readonly Func<UnitScopedTarget, object> _wrap = provided.Proxies.InUnit(type, [service]);
    private readonly TargetKey _key = new(type);
    private Lazy<Type?> _asyncOnly = new(() => AsyncOnlyDisposal.Find(type, provided.MadeInScope));

    /// <summary>Adds both. The proxy has no state, so it is transient: a singleton may hold it as well.</summary>
    public void AddTo(IServiceCollection services, Func<IServiceProvider, object>? factory)
    {
        if (factory is not null)
            _asyncOnly = new(() => AsyncOnlyDisposal.Find(Type, _ => null));
        services.Add(Describe(key, ServiceLifetime.Transient));
        services.Add(DescribeTarget(factory));
    }

    protected override object? Make(IServiceProvider provider, object? key)
    {
        ProvidedServices.BeginUse(provider);
        return _wrap(new ProvidedTarget(provider, Type, _key, _asyncOnly));
    }

    /// <summary>The container makes the target, so that it checks what the constructor takes.</summary>
    private ServiceDescriptor DescribeTarget(Func<IServiceProvider, object>? factory)
    {
        if (factory is not null)
            return new ServiceDescriptor(Type, _key, (services, _) => factory(services), ServiceLifetime.Scoped);
        if (key is null && !Construction.TakesKey(Type))
            return new ServiceDescriptor(Type, _key, Type, ServiceLifetime.Scoped);

        // The container would give the constructor our key.
        var construction = new Construction(Type);
        return new ServiceDescriptor(Type, _key, (services, _) => construction.Create(services, key), ServiceLifetime.Scoped);
    }
}
