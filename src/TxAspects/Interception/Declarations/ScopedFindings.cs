using System.Reflection;

namespace TxAspects.Interception.Declarations;

/// <summary>What is wrong with a type whose objects are to be resolved inside their unit.</summary>
internal static class ScopedFindings
{
    public static IEnumerable<string> For(Type type, IReadOnlyCollection<Type> services)
    {
        var name = type.DisplayName();
        if (services.FirstOrDefault(service => !service.IsInterface) is { } itself)
        {
            yield return $"'{name}' is to be resolved inside its unit of work, but is registered as the class '{itself.DisplayName()}', " +
                         "whose objects the container gives out before. Register it by an interface.";
            yield break;
        }

        if (type.ContainsGenericParameters)
        {
            yield return $"'{name}' is to be resolved inside its unit of work, but is an open generic. Register the closed types that " +
                         "are used.";
            yield break;
        }

        foreach (var (called, method) in EntryPoints.OfInterfaceProxy(type))
        {
            if (Attributes.Find(type, called) is { } attribute && HidesUnit(attribute.Propagation))
                yield return $"'{type.DisplayName(method)}' is to be resolved inside its unit of work, but has Propagation." +
                             $"{attribute.Propagation}, so that it never runs inside one. Remove it, or register the type as usual.";
            else if (!CanBePassed(called))
                yield return $"'{type.DisplayName(method)}' is to be resolved inside its unit of work, but has a by-ref struct, a " +
                             "pointer or a returned reference, which a proxy cannot pass on. Take it out of the interface.";
        }
    }

    private static bool HidesUnit(Propagation propagation) => propagation is Propagation.NotSupported or Propagation.Never;

    private static bool CanBePassed(MethodInfo method)
        => method.ReturnType is { IsByRef: false, IsByRefLike: false, IsPointer: false } &&
           Array.TrueForAll(method.GetParameters(), one => (one.ParameterType.IsByRef ? one.ParameterType.GetElementType()! : one.ParameterType)
               is { IsByRefLike: false, IsPointer: false });
}
