using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Sessions.LastSaves;

/// <summary>Whether a context type does something of its own around its saves, such as trying again what has failed.</summary>
internal static class OverriddenSaves
{
    private static readonly ConcurrentDictionary<Type, bool> Found = new();

    public static bool Has(Type context) => Found.GetOrAdd(
        context, static type => type.GetMethods().Any(
            method => method.Name is nameof(DbContext.SaveChanges) or nameof(DbContext.SaveChangesAsync) &&
                      method.DeclaringType != typeof(DbContext)));
}
