using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.DependencyInjection;
using TxAspects.DependencyInjection.UnitScoped;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>Registers services that are resolved inside their unit of work.</summary>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public static class TxAspectsUnitScopedExtensions
{
    /// <summary>
    /// A service whose object is made inside the unit that a call opens or finds open, in a scope of that unit. So what its constructor
    /// takes lives in the unit as well: contexts that are the unit's sessions, repositories, stores.
    /// </summary>
    /// <remarks>
    /// Each unit and each attempt has a scope of its own, and in it one object of this registration, which joined calls share. The scope
    /// is disposed after the unit's outcome. A call of a method that opens no unit throws <see cref="NoUnitOfWorkException"/> where none
    /// is open. What has to come along from the caller's scope is named by <see cref="TxAspectsOptions.Carry{TService}"/>.
    /// </remarks>
    /// <typeparam name="TService">An interface.</typeparam>
    /// <typeparam name="TImplementation">The class, whose attributes and those of its interfaces count.</typeparam>
    /// <exception cref="TxAspectsConfigurationException">The class cannot be resolved inside its unit.</exception>
    public static IServiceCollection AddUnitScoped<TService, TImplementation>(this IServiceCollection services)
        where TService : class
        where TImplementation : class, TService
        => Add<TService, TImplementation>(services, key: null, factory: null);

    /// <summary>The same, with a lambda that makes the object from the services of the unit's scope.</summary>
    /// <inheritdoc cref="AddUnitScoped{TService, TImplementation}(IServiceCollection)"/>
    public static IServiceCollection AddUnitScoped<TService, TImplementation>(
        this IServiceCollection services, Func<IServiceProvider, TImplementation> factory)
        where TService : class
        where TImplementation : class, TService
    {
        ArgumentNullException.ThrowIfNull(factory);
        return Add<TService, TImplementation>(services, key: null, factory);
    }

    /// <summary>The same for a keyed service.</summary>
    /// <inheritdoc cref="AddUnitScoped{TService, TImplementation}(IServiceCollection)"/>
    /// <exception cref="ArgumentException">The key is <see cref="KeyedService.AnyKey"/>, which has no object of its own.</exception>
    public static IServiceCollection AddKeyedUnitScoped<TService, TImplementation>(this IServiceCollection services, object key)
        where TService : class
        where TImplementation : class, TService
    {
        ArgumentNullException.ThrowIfNull(key);
        return key == KeyedService.AnyKey
            ? throw new ArgumentException("A service for any key cannot be resolved inside its unit. Register each key.", nameof(key))
            : Add<TService, TImplementation>(services, key, factory: null);
    }

    private static IServiceCollection Add<TService, TImplementation>(
        IServiceCollection services, object? key, Func<IServiceProvider, object>? factory)
    {
        ArgumentNullException.ThrowIfNull(services);
        UnitOfWorkProxies.ThrowIfAny(UnitOfWorkProxies.CheckInUnit(typeof(TImplementation), [typeof(TService)]));
        new UnitScopedRegistration(typeof(TImplementation), typeof(TService), key, ProvidedServices.Of(services)).AddTo(services, factory);
        return services;
    }
}
