namespace TxAspects;

/// <summary>Thrown when a method declared with <see cref="Propagation.Never"/> is called inside a unit of work.</summary>
public sealed class UnitOfWorkOpenException : TxAspectsException
{
    internal UnitOfWorkOpenException(string methodName, string unitName)
        : base($"'{methodName}' is declared with Propagation.Never, but the unit of work '{unitName}' is open. " +
               "Call it outside the unit, or hide the unit from it with Propagation.NotSupported.")
    {
        MethodName = methodName;
        UnitName = unitName;
    }

    /// <summary>The method that refuses.</summary>
    public string MethodName { get; }

    /// <summary>The unit that is open.</summary>
    public string UnitName { get; }
}
