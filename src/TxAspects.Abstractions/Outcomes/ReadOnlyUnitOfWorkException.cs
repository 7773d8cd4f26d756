namespace TxAspects;

/// <summary>Thrown when changes are saved in a unit of work that was opened read-only.</summary>
public sealed class ReadOnlyUnitOfWorkException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public ReadOnlyUnitOfWorkException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal ReadOnlyUnitOfWorkException(string unitName, string connectName, Exception? cause = null)
        : base($"The unit of work '{unitName}' is read-only, but changes were saved in its session of '{connectName}'. " +
               "Open it without ReadOnly (ReadOnlyGet for web requests), or write in a unit of its own with [NewContext].", cause)
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The read-only unit.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect of the session that was to save.</summary>
    public string ConnectName { get; init; } = "";
}
