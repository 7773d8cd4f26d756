namespace TxAspects;

/// <summary>
/// Thrown where a transaction is about to begin and a value that it is to set is not there. It has not begun, and nothing was sent.
/// </summary>
public sealed class TransactionVariableException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public TransactionVariableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal TransactionVariableException(string unitName, string connectName, string variable)
        : base($"The connect '{connectName}' sets '{variable}' for each transaction, but its delegate returned null in the unit of work " +
               $"'{unitName}'. So the transaction has not begun, and nothing was sent. Give it a value in the flow that begins the " +
               "transaction, or return an empty text where none is meant.")
        => (UnitName, ConnectName, Variable) = (unitName, connectName, variable);

    /// <summary>The unit whose transaction was about to begin.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect that sets the variable.</summary>
    public string ConnectName { get; init; } = "";

    /// <summary>The name of the variable.</summary>
    public string Variable { get; init; } = "";
}
