using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection;

/// <summary>A registration, keyed or not, whose implementation can be replaced after the container has taken it.</summary>
/// <remarks>
/// The container copies the collection before it asks for anything, so the registrations themselves are changed: three private fields. A
/// version that names them differently fails when a provider is built.
/// </remarks>
internal sealed class Registration(ServiceDescriptor descriptor)
{
    public ServiceDescriptor Descriptor => descriptor;

    public Type Service => descriptor.ServiceType;

    public Type? Type => descriptor.IsKeyedService ? descriptor.KeyedImplementationType : descriptor.ImplementationType;

    public object? Instance => descriptor.IsKeyedService ? descriptor.KeyedImplementationInstance : descriptor.ImplementationInstance;

    public Func<IServiceProvider, object?, object?>? Factory
        => descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory :
            descriptor.ImplementationFactory is { } factory ? (provider, _) => factory(provider) : null;

    /// <summary>
    /// The nearest that is known of the objects' type before anything is replaced: a lambda is typed by what its author declared.
    /// </summary>
    public Type Limit { get; } = LimitOf(descriptor);

    public void Replace(object instance) => ImplementationInstance(descriptor) = instance;

    public void Replace(Func<IServiceProvider, object?, object?> factory)
    {
        ImplementationType(descriptor) = null;
        ImplementationFactory(descriptor) = descriptor.IsKeyedService
            ? new Func<IServiceProvider, object?, object>((provider, key) => factory(provider, key)!)
            : new Func<IServiceProvider, object>(provider => factory(provider, null)!);
    }

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

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_implementationType")]
    private static extern ref Type? ImplementationType(ServiceDescriptor descriptor);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_implementationInstance")]
    private static extern ref object? ImplementationInstance(ServiceDescriptor descriptor);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_implementationFactory")]
    private static extern ref object? ImplementationFactory(ServiceDescriptor descriptor);
}
