namespace TxAspects;

/// <summary>Thrown when a method with a unit of work returned null in place of a task or a sequence. Its unit is rolled back.</summary>
public sealed class NullResultException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public NullResultException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    private NullResultException(string methodName, string typeName)
        : base($"'{methodName}' returned null, so its unit of work has nothing to wait for and was rolled back. Return a value of type " +
               $"{typeName}.")
        => MethodName = methodName;

    /// <summary>The method that returned null.</summary>
    public string MethodName { get; init; } = "";

    internal static NullResultException Of<T>(string methodName) => new(methodName, typeof(T).Name.Split('`')[0]);
}
