namespace TxAspects;

/// <summary>
/// Thrown when a method declared with <see cref="Propagation.Never"/> or <see cref="Propagation.Outermost"/> is called inside a unit of
/// work.
/// </summary>
public sealed class UnitOfWorkOpenException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public UnitOfWorkOpenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal UnitOfWorkOpenException(string methodName, string unitName, Propagation propagation)
        : base($"'{methodName}' is declared with Propagation.{propagation}, but the unit of work '{unitName}' is open. " +
               $"Call it outside the unit, or {Remedy(propagation)}.")
    {
        MethodName = methodName;
        UnitName = unitName;
    }

    /// <summary>The method that refuses.</summary>
    public string MethodName { get; init; } = "";

    /// <summary>The unit that is open.</summary>
    public string UnitName { get; init; } = "";

    private static string Remedy(Propagation propagation)
        => propagation is Propagation.Outermost
            ? "give it a unit of its own with [NewContext], whose work the open one cannot undo"
            : "hide the unit from it with Propagation.NotSupported";
}
