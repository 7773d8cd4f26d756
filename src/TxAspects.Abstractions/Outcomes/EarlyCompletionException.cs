namespace TxAspects;

/// <summary>
/// Thrown when an inner call commits, rolls back or closes in a unit that was opened with <c>AllowEarlyCompletion = false</c>, or a hook
/// before a commit does so in its own unit.
/// </summary>
public sealed class EarlyCompletionException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public EarlyCompletionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal EarlyCompletionException(string unitName, string operation)
        : this(
            unitName, operation,
            $"'{operation}' was called in a method that joined the unit of work '{unitName}', which allows early completion only to the " +
            "method that opened it. Leave the end to the unit, use WhenInTransaction.Savepoint, or give the call a unit of its own with " +
            "[NewContext].")
    {
    }

    private EarlyCompletionException(string unitName, string operation, string message)
        : base(message)
    {
        UnitName = unitName;
        Operation = operation;
    }

    internal static EarlyCompletionException InHook(string unitName, string operation) => new(
        unitName, operation,
        $"'{operation}' was called in a hook of Tx.OnCommitting of the unit of work '{unitName}', or by a save that comes before its " +
        "commit, which waits for both. Leave the end to the unit, or do the work in a unit of its own with [NewContext].");

    /// <summary>The unit whose settings forbid it.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The call that was refused, such as 'Tx.CommitAsync'.</summary>
    public string Operation { get; init; } = "";
}
