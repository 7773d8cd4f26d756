namespace TxAspects;

/// <summary>
/// Thrown where a command of a unit inside another one ran out of time, while the outer unit, which waits for it, has a transaction open in
/// the same database. Where the command waited for a lock of that transaction, it would have waited for ever. The driver's exception is the
/// inner one.
/// </summary>
/// <remarks>
/// A command that a token cancelled ends with an <see cref="OperationCanceledException"/> that has this one as its inner exception.
/// </remarks>
public sealed class LockedByOuterUnitException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public LockedByOuterUnitException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal LockedByOuterUnitException(string unitName, string outerUnitName, string connectName, Exception cause)
        : base($"A command of the unit of work '{unitName}' on '{connectName}' ran out of time, while '{outerUnitName}', inside which it " +
               "runs, has written or locked something there and waits for it: a row that the outer unit holds never comes free. Do this " +
               "work before the outer unit writes, inside it without [NewContext], or after it in Tx.OnCommitted.", cause)
    {
        UnitName = unitName;
        OuterUnitName = outerUnitName;
        ConnectName = connectName;
    }

    /// <summary>The unit whose command ran out of time.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The unit around it, which may hold what the command waited for.</summary>
    public string OuterUnitName { get; init; } = "";

    /// <summary>The connect of both.</summary>
    public string ConnectName { get; init; } = "";
}
