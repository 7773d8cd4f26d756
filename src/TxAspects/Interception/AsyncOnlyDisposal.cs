namespace TxAspects.Interception;

/// <summary>
/// Finds what a scope could dispose only asynchronously, before a synchronous unit makes it there. For packages of containers.
/// </summary>
public static class AsyncOnlyDisposal
{
    /// <summary>
    /// The first such class among a class, what its constructors take, and what the constructors of those take. Null where none can be
    /// seen: what lambdas make, or methods ask a container for, cannot.
    /// </summary>
    /// <param name="type">The class.</param>
    /// <param name="madeInScope">The class that the container constructs in the scope for a service; null where it constructs none, or
    /// where the objects are not the scope's.</param>
    public static Type? Find(Type type, Func<Type, Type?> madeInScope)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(madeInScope);
        return Find(type, madeInScope, []);
    }

    private static Type? Find(Type type, Func<Type, Type?> madeInScope, HashSet<Type> seen)
    {
        if (!seen.Add(type))
            return null;
        if (type.IsAssignableTo(typeof(IAsyncDisposable)) && !type.IsAssignableTo(typeof(IDisposable)))
            return type;

        return TakenByAll(type).Select(madeInScope).OfType<Type>().Select(one => Find(one, madeInScope, seen)).FirstOrDefault(
            found => found is not null);
    }

    // Which constructor the container takes is its own matter.
    private static IEnumerable<Type> TakenByAll(Type type)
        => type.GetConstructors().Select(one => one.GetParameters().Select(parameter => parameter.ParameterType))
            .Aggregate((IEnumerable<Type>?)null, (common, one) => common?.Intersect(one) ?? one) ?? [];
}
