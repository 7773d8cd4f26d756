using System.Diagnostics.CodeAnalysis;
using Autofac;
using Autofac.Builder;
using Autofac.Features.Scanning;
using TxAspects.Autofac;
using TxAspects.Autofac.ClassProxies;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>Proxies one registration, for who wants it explicit.</summary>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public static class TxAspectsRegistrationExtensions
{
    /// <summary>
    /// Runs the attributed methods of this component in units of work. A class registered as itself is replaced by a derived class, so its
    /// attributed methods must be virtual. A component registered by interfaces gets an interface proxy, and needs this call only where
    /// <see cref="TxAspectsModule"/> is not registered.
    /// </summary>
    /// <param name="registration">The component.</param>
    /// <param name="options">What holds for its units. Default: what <see cref="Tx.Configure"/> was given.</param>
    /// <remarks>
    /// Building the container throws <see cref="TxAspectsConfigurationException"/> where the component carries no attribute or cannot be
    /// intercepted. In the configuration of a registration source make this call the last one.
    /// </remarks>
    public static IRegistrationBuilder<TLimit, TActivatorData, TSingleRegistrationStyle>
        EnableUnitOfWork<TLimit, TActivatorData, TSingleRegistrationStyle>(
            this IRegistrationBuilder<TLimit, TActivatorData, TSingleRegistrationStyle> registration, TxAspectsOptions? options = null)
        where TSingleRegistrationStyle : SingleRegistrationStyle
    {
        ArgumentNullException.ThrowIfNull(registration);
        var proxies = new UnitOfWorkProxies(options);
        var proxying = new ComponentProxying(proxies);
        ClassProxyRegistration.ChooseLate(registration, proxies);
        return registration.OnRegistered(
            registered => proxying.Attach(registered.ComponentRegistryBuilder, registered.ComponentRegistration, required: true));
    }

    /// <summary>The same for the attributed types among those found in an assembly.</summary>
    /// <inheritdoc cref="EnableUnitOfWork{TLimit, TActivatorData, TSingleRegistrationStyle}"/>
    public static IRegistrationBuilder<TLimit, ScanningActivatorData, DynamicRegistrationStyle> EnableUnitOfWork<TLimit>(
        this IRegistrationBuilder<TLimit, ScanningActivatorData, DynamicRegistrationStyle> registration, TxAspectsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registration);
        var proxies = new UnitOfWorkProxies(options);
        var proxying = new ComponentProxying(proxies);
        ClassProxyRegistration.ChooseLateInScan(registration, proxies);
        registration.ActivatorData.ConfigurationActions.Add(
            (_, found) => found.OnRegistered(
                registered => proxying.Attach(registered.ComponentRegistryBuilder, registered.ComponentRegistration, required: false)));
        return registration;
    }
}
