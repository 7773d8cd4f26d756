namespace TxAspects;

/// <summary>Thrown when a method declared with <see cref="Propagation.Never"/> is called inside a unit of work.</summary>
public sealed class UnitOfWorkOpenException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public UnitOfWorkOpenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal UnitOfWorkOpenException(string methodName, string unitName)
        : base($"'{methodName}' is declared with Propagation.Never, but the unit of work '{unitName}' is open. " +
               "Call it outside the unit, or hide the unit from it with Propagation.NotSupported.")
    {
        MethodName = methodName;
        UnitName = unitName;
    }

    /// <summary>The method that refuses.</summary>
    public string MethodName { get; init; } = "";

    /// <summary>The unit that is open.</summary>
    public string UnitName { get; init; } = "";
}
