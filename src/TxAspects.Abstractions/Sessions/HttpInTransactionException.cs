namespace TxAspects;

/// <summary>Thrown where an HTTP call is made while a transaction is open, and the options forbid that. Nothing was sent.</summary>
public sealed class HttpInTransactionException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public HttpInTransactionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>For the watch over HTTP calls, and for tests of handlers.</summary>
    public HttpInTransactionException(string unitName, string connectName, string host)
        : base($"An HTTP call to '{host}' was made while the unit of work '{unitName}' has a transaction open on '{connectName}', which " +
               "would keep its connection and its locks until the answer comes. Call before the first command, in Tx.OnCommitted, or " +
               "after Tx.CommitAsync.")
    {
        UnitName = unitName;
        ConnectName = connectName;
        Host = host;
    }

    /// <summary>The unit with the open transaction.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The connect of the open transaction.</summary>
    public string ConnectName { get; init; } = "";

    /// <summary>The host that was to be called.</summary>
    public string Host { get; init; } = "";
}
