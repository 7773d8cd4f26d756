namespace TxAspects;

/// <summary>Thrown when code that runs while the unit of work of a request ends, such as a hook, answers the request.</summary>
/// <remarks>The first byte of an answer waits for the end of the unit, and the end waits for its hooks: neither would ever come.</remarks>
public sealed class ResponseInHookException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public ResponseInHookException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception; TxAspects.AspNetCore throws it.</summary>
    /// <param name="unitName">The unit of the request.</param>
    /// <param name="hookName">The hook, or null where something else runs, such as an interceptor of EF Core.</param>
    public ResponseInHookException(string unitName, string? hookName)
        : base((hookName is null ? "Code runs" : $"The hook '{hookName}' runs") +
               $" while unit of work '{unitName}' ends, so it cannot answer the request, which waits for that end. Answer in the endpoint.")
        => (UnitName, HookName) = (unitName, hookName);

    /// <summary>The unit of the request.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The method in which the hook was made, or null where no hook was running.</summary>
    public string? HookName { get; init; }
}
