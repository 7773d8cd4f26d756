namespace TxAspects;

/// <summary>Thrown when an inner call asks for what the unit of work already open cannot give, before its body runs.</summary>
public sealed class UnitOfWorkJoinException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public UnitOfWorkJoinException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal UnitOfWorkJoinException(string methodName, string unitName, string setting, string asked, string given)
        : base($"'{methodName}' asks for {setting} {asked}, but the open unit of work '{unitName}' has {given}. " +
               "Declare it on the outermost method, or give the call a unit of its own with [NewContext].")
    {
        MethodName = methodName;
        UnitName = unitName;
        Setting = setting;
    }

    /// <summary>The inner method.</summary>
    public string MethodName { get; init; } = "";

    /// <summary>The unit that is open, named after the method that opened it.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The setting the two disagree on, such as 'IsolationLevel'.</summary>
    public string Setting { get; init; } = "";
}
