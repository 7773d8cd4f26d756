using Microsoft.EntityFrameworkCore;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>Contexts that a component is given by its container, which are no sessions.</summary>
internal static class InjectedContexts
{
    /// <summary>The component with the type of each that its constructors take.</summary>
    public static IEnumerable<(Type Component, Type Context)> Of(Type component)
        => component.GetConstructors().SelectMany(one => one.GetParameters()).Select(one => (component, one.ParameterType))
            .Where(one => one.ParameterType.IsAssignableTo(typeof(DbContext))).Distinct();
}
