using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Sessions.EntityFramework;

/// <summary>
/// What user code can put on a context of its own: EF Core resets its part of a pooled context, but knows nothing of this.
/// </summary>
internal static class ContextState
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>
    /// The settable public properties, the fields and the events of a context type and its bases up to EF Core's own; its sets of entities
    /// are none.
    /// </summary>
    public static IReadOnlyList<string> Find(Type context)
    {
        var found = new List<string>();
        for (var type = context; type is not null && type != typeof(DbContext); type = type.BaseType)
        {
            found.AddRange(type.GetProperties(Own).Where(IsSettable).Select(property => property.Name));
            found.AddRange(type.GetFields(Own).Where(field => !field.IsInitOnly && !IsSet(field.FieldType)).Select(field => field.Name));
            found.AddRange(type.GetEvents(Own).Select(one => one.Name));
        }

        return found;
    }

    // What can be set while the object is made alone is as it was for every unit.
    private static bool IsSettable(PropertyInfo property)
        => property.SetMethod is { IsPublic: true } setter && !IsSet(property.PropertyType) &&
           !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsSet(Type type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (level.IsGenericType && level.GetGenericTypeDefinition() == typeof(DbSet<>))
                return true;
        }

        return false;
    }
}
