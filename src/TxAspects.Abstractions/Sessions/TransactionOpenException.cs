namespace TxAspects;

/// <summary>Thrown by an atomic block with <see cref="WhenInTransaction.Throw"/> when the session has uncommitted work.</summary>
public sealed class TransactionOpenException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public TransactionOpenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal TransactionOpenException(string unitName, string connectName)
        : base($"The session of '{connectName}' in the unit of work '{unitName}' has uncommitted work, and the atomic block was called " +
               "with WhenInTransaction.Throw. Commit or roll back before, or choose another WhenInTransaction.")
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit the session belongs to.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect of the session.</summary>
    public string ConnectName { get; init; } = "";
}
