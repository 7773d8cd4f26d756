namespace TxAspects;

/// <summary>
/// What to do about an HTTP call while the unit of work has a transaction open, which keeps its connection and its locks until the answer
/// comes.
/// </summary>
public enum HttpInTransaction
{
    /// <summary>Nothing; for units whose calls are quick and meant.</summary>
    Off,

    /// <summary>Warn of every call, whatever HttpClient makes it; for finding them.</summary>
    Warn,

    /// <summary>
    /// Throw <see cref="HttpInTransactionException"/> in clients with a <see cref="TransactionGuardHandler"/>, and warn in all others; for
    /// keeping them out.
    /// </summary>
    Throw,
}
