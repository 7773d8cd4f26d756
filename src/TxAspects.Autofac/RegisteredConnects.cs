using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Lifetime;
using TxAspects.Interception;

namespace TxAspects.Autofac;

/// <summary>What a registry says of connects and of who is given their contexts.</summary>
internal static class RegisteredConnects
{
    public static IReadOnlyCollection<RegisteredService> Describe(IComponentRegistry registry)
        =>
        [
            .. from registration in registry.Registrations
               from service in registration.Services.OfType<IServiceWithType>()
               select new RegisteredService(
                   service.ServiceType, (registration.Activator as ReflectionActivator)?.LimitType,
                   registration is { Sharing: InstanceSharing.None, Lifetime: CurrentScopeLifetime }),
        ];
}
