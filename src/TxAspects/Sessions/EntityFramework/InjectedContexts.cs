using System.Collections.Concurrent;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>Contexts that a component is given by its container, although a connect has them.</summary>
internal static class InjectedContexts
{
    private static readonly ConcurrentDictionary<Type, Type> OfConnects = new();

    /// <summary>Notes that a connect of this process has contexts of a type.</summary>
    public static void Note(Type context) => OfConnects.TryAdd(context, context);

    /// <summary>The component with the type of each that its constructors take.</summary>
    public static IEnumerable<(Type Component, Type Context)> Of(Type component)
        => component.GetConstructors().SelectMany(one => one.GetParameters()).Select(one => (component, one.ParameterType))
            .Where(one => OfConnects.ContainsKey(one.ParameterType)).Distinct();
}
