using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection.Proxying;

/// <summary>A registration, keyed or not.</summary>
internal sealed class Registration(ServiceDescriptor descriptor)
{
    public ServiceDescriptor Descriptor => descriptor;

    public Type Service => descriptor.ServiceType;

    public ServiceLifetime Lifetime => descriptor.Lifetime;

    public Type? Type => descriptor.IsKeyedService ? descriptor.KeyedImplementationType : descriptor.ImplementationType;

    public object? Instance => descriptor.IsKeyedService ? descriptor.KeyedImplementationInstance : descriptor.ImplementationInstance;

    public Func<IServiceProvider, object?, object?>? Factory
        => descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory :
            descriptor.ImplementationFactory is { } factory ? (provider, _) => factory(provider) : null;

    /// <summary>Whether it is of our own making, for the target of a proxy.</summary>
    public bool IsTarget => descriptor is { IsKeyedService: true, ServiceKey: TargetKey };

    /// <summary>
    /// Whether the container can make the target by itself. Not under the user's key, which a constructor may ask for, and not where both
    /// the target and a proxy that forwards disposal would be disposed: where one of its interfaces declares that.
    /// </summary>
    public bool MayHaveTarget
        => !descriptor.IsKeyedService && !Construction.TakesKey(Type!) && !Type!.GetInterfaces().Any(DeclaresDisposal);

    /// <summary>The nearest that is known of the objects' type: a lambda is typed by what its author declared.</summary>
    public Type Limit { get; } = LimitOf(descriptor);

    /// <summary>The same with another instance.</summary>
    public ServiceDescriptor With(object instance)
        => descriptor.IsKeyedService ? new(Service, descriptor.ServiceKey, instance) : new(Service, instance);

    /// <summary>The same with a proxied service in its place.</summary>
    public ServiceDescriptor With(ProxiedService service)
        => service.Describe(descriptor.IsKeyedService ? descriptor.ServiceKey : null, Lifetime);

    private static bool DeclaresDisposal(Type type)
        => type.GetInterfaces().Any(one => one == typeof(IDisposable) || one == typeof(IAsyncDisposable));

    private static Type LimitOf(ServiceDescriptor descriptor)
    {
        var (type, instance, factory) = descriptor.IsKeyedService
            ? (descriptor.KeyedImplementationType, descriptor.KeyedImplementationInstance, (Delegate?)descriptor.KeyedImplementationFactory)
            : (descriptor.ImplementationType, descriptor.ImplementationInstance, descriptor.ImplementationFactory);
        var known = type ?? (instance is null ? null : UnitOfWorkProxies.ComponentOf(instance))
            ?? factory!.GetType().GenericTypeArguments[^1];
        return descriptor.ServiceType.IsAssignableFrom(known) || descriptor.ServiceType.IsGenericTypeDefinition
            ? known
            : descriptor.ServiceType;
    }
}
