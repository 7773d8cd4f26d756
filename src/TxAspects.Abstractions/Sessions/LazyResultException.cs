namespace TxAspects;

/// <summary>
/// Thrown when a method with a unit of work is declared to return <c>IEnumerable</c>, and what it returned is no list: it would do its work
/// when it is enumerated, after the unit's end. The unit is rolled back.
/// </summary>
public sealed class LazyResultException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public LazyResultException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The method that returned it.</summary>
    public string MethodName { get; init; } = "";

    /// <summary>The type of what it returned.</summary>
    public string TypeName { get; init; } = "";

    internal static LazyResultException Of(string methodName, object value)
        => new($"'{methodName}' returned a lazy '{value.GetType().Name.Split('`')[0]}', which would do its work when it is enumerated, " +
               "after the end of the unit of work. Return a list, as from ToListAsync, or IAsyncEnumerable<T>.")
        {
            MethodName = methodName,
            TypeName = value.GetType().Name.Split('`')[0],
        };
}
