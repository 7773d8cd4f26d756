using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection;

/// <summary>What a collection says of connects and of who is given their contexts.</summary>
internal static class RegisteredConnects
{
    public static IReadOnlyCollection<RegisteredService> Describe(IEnumerable<ServiceDescriptor> services)
        =>
        [
            .. services.Select(one => new RegisteredService(
                one.ServiceType, one.IsKeyedService ? one.KeyedImplementationType : one.ImplementationType,
                one.Lifetime is ServiceLifetime.Transient)),
        ];

    /// <summary>Contexts outside units, and connects that are registered as objects and have one name.</summary>
    public static IEnumerable<string> Find(IEnumerable<ServiceDescriptor> services)
        => ConnectFindings.Find(Describe(services)).Concat(
            services.Select(one => one.IsKeyedService ? one.KeyedImplementationInstance : one.ImplementationInstance).OfType<DbConnect>()
                .Distinct().GroupBy(connect => connect.Name).Where(group => group.Count() > 1)
                .Select(group => ConnectFindings.SameName(group.Key)));
}
