using TxAspects.Interception.Declarations;
using System.Reflection;

namespace TxAspects.Interception;

/// <summary>Describes what will be intercepted.</summary>
internal static class Plans
{
    public static IEnumerable<PlannedMethod> Of(Type type, IReadOnlyCollection<Type> services)
    {
        var byInterface = services.All(service => service.IsInterface);
        return from method in Attributes.Methods(type).Concat(byInterface ? Attributes.DefaultMethods(type) : [])
               where !byInterface || Attributes.InterfaceMethods(type, method, method).Any()
               let place = Attributes.Place(type, method)
               where place is not null
               select Describe(type, method, Attributes.Declaring(place), Attributes.Own(place)!);
    }

    private static PlannedMethod Describe(Type type, MethodInfo method, MemberInfo place, UnitOfWorkAttribute attribute)
        => new(type, method, type.DisplayName(method), Settings.From(attribute), place,
            $"[{attribute.GetType().Name.Replace(nameof(Attribute), "", StringComparison.Ordinal)}] on '{place.DisplayName()}'");
}
