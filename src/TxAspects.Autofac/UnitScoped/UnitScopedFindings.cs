using System.Reflection;
using Autofac;
using Autofac.Core;
using Autofac.Core.Lifetime;
using TxAspects.Interception;

namespace TxAspects.Autofac.UnitScoped;

/// <summary>What is wrong with a registration whose objects are to be resolved inside their unit.</summary>
internal static class UnitScopedFindings
{
    public static IEnumerable<string> In(Type type, IReadOnlyCollection<Service> services, IComponentLifetime lifetime)
    {
        if (lifetime is not CurrentScopeLifetime)
            yield return $"{ToBeResolved(type)}, but has another lifetime as well, such as SingleInstance. Remove that one. The proxy " +
                         "has no state, so that a single instance may hold it.";

        if (services.OfType<KeyedService>().Any() && services.Count > 1 && type.GetConstructors().SelectMany(one => one.GetParameters())
                .Any(TakesKey))
            yield return $"{ToBeResolved(type)} and takes its key by [ServiceKey], but is registered by several services, which share " +
                         "one object. Register it once for each.";

        if (type.IsAbstract)
            yield return $"{ToBeResolved(type)}, but the lambda that makes it does not tell its class, whose attributes count. Give the " +
                         "lambda the type of the class, and register it by an interface with As.";
        else
            foreach (var finding in UnitOfWorkProxies.CheckInUnit(
                type, [.. services.OfType<IServiceWithType>().Select(service => service.ServiceType)]))
                yield return finding;
    }

    public static bool TakesKey(ParameterInfo parameter) => parameter.IsDefined(typeof(ServiceKeyAttribute), inherit: true);

    private static string ToBeResolved(Type type) => $"'{type.Name}' is to be resolved inside its unit of work";
}
