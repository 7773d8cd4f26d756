using System.Reflection;
using Castle.DynamicProxy;
using TxAspects.Interception.Declarations;

namespace TxAspects.Interception;

/// <summary>Describes what will be intercepted.</summary>
internal static class Plans
{
    public static IEnumerable<PlannedMethod> Of(Type type, IReadOnlyCollection<Type> services)
    {
        // Of a proxy that another library made, only what its interfaces declare is known.
        type = ForeignProxies.ComponentOf(type);
        if (ProxyUtil.IsProxyType(type))
            return services.SelectMany(service => Of(service, [service]));

        var byInterface = services.All(service => service.IsInterface);
        return from entry in byInterface ? EntryPoints.OfInterfaceProxy(type) : EntryPoints.OfClassProxy(type)
               let place = Attributes.Place(type, entry.Called)
               where place is not null
               select Describe(type, entry.Implementation, Attributes.Declaring(place), Attributes.Own(place)!);
    }

    private static PlannedMethod Describe(Type type, MethodInfo method, MemberInfo place, UnitOfWorkAttribute attribute)
        => new(type, method, type.DisplayName(method), Settings.From(attribute), place,
            $"[{attribute.GetType().Name.Replace(nameof(Attribute), "", StringComparison.Ordinal)}] on '{place.DisplayName()}'");
}
