using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection.Proxying;

/// <summary>What stands in the place of a registration that is proxied: it makes the objects, as the lambda of a registration.</summary>
/// <param name="type">The nearest that is known of the class of the targets.</param>
/// <param name="service">What it is registered as.</param>
internal abstract class ProxiedService(Type type, Type service)
{
    [ThreadStatic]
    private static List<(ProxiedService, IServiceProvider, object?)>? _underway;

    public Type Type => type;

    public Type Service => service;

    /// <summary>The one that a registration leads to, or null.</summary>
    public static ProxiedService? Of(ServiceDescriptor descriptor)
        => (descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory?.Target : descriptor.ImplementationFactory?.Target)
            as ProxiedService;

    /// <summary>The component that a registration was proxied for, if it was; of an unattributed lambda none is known.</summary>
    public static IEnumerable<(Type Type, IReadOnlyCollection<Type> Services)> Planned(ServiceDescriptor descriptor)
    {
        var instance = descriptor.IsKeyedService ? descriptor.KeyedImplementationInstance : descriptor.ImplementationInstance;
        var component = Of(descriptor)?.Type ??
            (instance is not null && UnitOfWorkProxies.IsProxy(instance) ? UnitOfWorkProxies.ComponentOf(instance) : null);
        return component is not null && UnitOfWorkProxies.IsAttributed(component) ? [(component, [descriptor.ServiceType])] : [];
    }

    /// <summary>The registration, with the key and the lifetime of the one in whose place it stands.</summary>
    public ServiceDescriptor Describe(object? key, ServiceLifetime lifetime)
        => key is null ? new(service, Create, lifetime) : new(service, key, CreateKeyed, lifetime);

    /// <summary>Makes the object that is given out.</summary>
    /// <param name="provider">The scope.</param>
    /// <param name="key">The key of the service that was asked for; null where it has none.</param>
    protected abstract object? Make(IServiceProvider provider, object? key);

    private object Create(IServiceProvider provider) => CreateKeyed(provider, key: null);

    // The container sees no circle that leads through a lambda: it would end with the stack.
    private object CreateKeyed(IServiceProvider provider, object? key)
    {
        var underway = _underway ??= [];
        if (underway.Contains((this, provider, key)))
            throw new InvalidOperationException($"A circular dependency was detected for the service of type '{type}'.");

        underway.Add((this, provider, key));
        try
        {
            return Make(provider, key)!;
        }
        finally
        {
            underway.RemoveAt(underway.Count - 1);
        }
    }
}
