namespace TxAspects;

/// <summary>Thrown when an inner call commits, rolls back or closes in a unit that was opened with <c>AllowEarlyCompletion = false</c>.</summary>
public sealed class EarlyCompletionException : TxAspectsException
{
    internal EarlyCompletionException(string unitName, string operation)
        : base($"'{operation}' was called in a method that joined the unit of work '{unitName}', which allows early completion only to the method that opened it. " +
               "Leave the end to the unit, use WhenInTransaction.Savepoint, or give the call a unit of its own with [NewContext].")
    {
        UnitName = unitName;
        Operation = operation;
    }

    /// <summary>The unit whose settings forbid it.</summary>
    public string UnitName { get; }

    /// <summary>The call that was refused, such as 'Tx.CommitAsync'.</summary>
    public string Operation { get; }
}
