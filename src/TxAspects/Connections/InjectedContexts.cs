using Microsoft.EntityFrameworkCore;

namespace TxAspects.Connections;

/// <summary>Contexts that a component is given by its container, which are no sessions.</summary>
internal static class InjectedContexts
{
    /// <summary>The types of those that the constructors of a component take.</summary>
    public static IEnumerable<Type> Of(Type component)
        => component.GetConstructors().SelectMany(one => one.GetParameters()).Select(one => one.ParameterType).Where(type => type.IsAssignableTo(typeof(DbContext))).Distinct();
}
