using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Sessions.LastSaves;

/// <summary>Which interceptors see more of a save than its beginning.</summary>
internal static class SaveEnds
{
    private static readonly ConcurrentDictionary<Type, bool> Found = new();

    public static bool AreSeenBy(IInterceptor interceptor)
        => interceptor is ISaveChangesInterceptor && Found.GetOrAdd(interceptor.GetType(), AreSeenBy);

    // What it does not implement is done by EF Core's interface or its abstract class.
    private static bool AreSeenBy(Type interceptor)
    {
        var map = interceptor.GetInterfaceMap(typeof(ISaveChangesInterceptor));
        return map.InterfaceMethods.Zip(map.TargetMethods).Any(one =>
            one.First.Name is not (nameof(ISaveChangesInterceptor.SavingChanges) or nameof(ISaveChangesInterceptor.SavingChangesAsync)) &&
            one.Second.DeclaringType != typeof(SaveChangesInterceptor) && one.Second.DeclaringType != typeof(ISaveChangesInterceptor));
    }
}
