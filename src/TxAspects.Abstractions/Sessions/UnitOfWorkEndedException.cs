namespace TxAspects;

/// <summary>Thrown when code uses a unit of work that has ended, such as a task that was started inside it and not awaited.</summary>
public sealed class UnitOfWorkEndedException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public UnitOfWorkEndedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal UnitOfWorkEndedException(string unitName, string? connectName)
        : this(
            unitName, connectName,
            $"The unit of work '{unitName}' has ended, so {Describe(connectName)}. A task that outlives its unit cannot use it. " +
            "Await it inside the unit, or run it in a unit of its own with [NewContext] or Tx.RunInNewContextAsync.")
    {
    }

    private UnitOfWorkEndedException(string unitName, string? connectName, string message)
        : base(message)
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    internal static UnitOfWorkEndedException ForHook(string unitName, string hookName) => new(
        unitName, connectName: null,
        $"The hook '{hookName}' was added to the unit of work '{unitName}' when its moment had passed, so it would never run. " +
        "Add hooks before the unit ends; in a hook that runs after the end only more of the same kind can be added.");

    /// <summary>The unit that has ended.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect whose session was asked for, or null where no single one was.</summary>
    public string? ConnectName { get; init; }

    private static string Describe(string? connectName)
        => connectName is null ? "nothing can be done in it" : $"it gives no session for '{connectName}'";
}
