using System.Diagnostics.CodeAnalysis;
using Autofac.Builder;
using Autofac.Features.Scanning;
using TxAspects.Autofac.ClassProxies;
using TxAspects.Autofac.UnitScoped;

namespace TxAspects;

/// <summary>Registers components that are resolved inside their unit of work.</summary>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public static class TxAspectsUnitScopedExtensions
{
    /// <summary>
    /// Makes the object inside the unit that a call opens or finds open, in a lifetime scope of that unit. So what its constructor takes
    /// lives in the unit as well: contexts that are the unit's sessions, repositories, stores.
    /// </summary>
    /// <param name="registration">A component that is registered by interfaces.</param>
    /// <remarks>
    /// Each unit and each attempt has a scope of its own, and in it one object of this registration, which joined calls share. The scope is
    /// disposed after the unit's outcome. A call of a method that opens no unit throws <see cref="NoUnitOfWorkException"/> where none is
    /// open. What has to come along from the caller's scope is named by <see cref="TxAspectsOptions.Carry{TService}"/>. Building the
    /// container throws <see cref="TxAspectsConfigurationException"/> where the component cannot be resolved inside its unit.
    /// </remarks>
    /// <exception cref="NotSupportedException">No ContainerBuilder made the registration.</exception>
    public static IRegistrationBuilder<TLimit, TActivatorData, TSingleRegistrationStyle>
        InstancePerUnit<TLimit, TActivatorData, TSingleRegistrationStyle>(
            this IRegistrationBuilder<TLimit, TActivatorData, TSingleRegistrationStyle> registration)
        where TActivatorData : IConcreteActivatorData
        where TSingleRegistrationStyle : SingleRegistrationStyle
    {
        ArgumentNullException.ThrowIfNull(registration);
        ClassProxyRegistration.BeforeRegistering(
            Deferred(registration.RegistrationData), registry => UnitScopedRegistration.Split(registry, registration));
        return registration;
    }

    /// <summary>The same for each component that is found in an assembly.</summary>
    /// <inheritdoc cref="InstancePerUnit{TLimit, TActivatorData, TSingleRegistrationStyle}"/>
    public static IRegistrationBuilder<TLimit, ScanningActivatorData, DynamicRegistrationStyle> InstancePerUnit<TLimit>(
        this IRegistrationBuilder<TLimit, ScanningActivatorData, DynamicRegistrationStyle> registration)
    {
        ArgumentNullException.ThrowIfNull(registration);
        ClassProxyRegistration.BeforeRegistering(
            Deferred(registration.RegistrationData),
            registry => registration.ActivatorData.ConfigurationActions.Add((_, found) => UnitScopedRegistration.Split(registry, found)));
        return registration;
    }

    private static DeferredCallback Deferred(RegistrationData data)
        => data.DeferredCallback ?? throw new NotSupportedException(
            "InstancePerUnit makes two registrations of one, which a ContainerBuilder alone can do. Call it on what a ContainerBuilder " +
            "registers, not in the configuration of a registration source.");
}
