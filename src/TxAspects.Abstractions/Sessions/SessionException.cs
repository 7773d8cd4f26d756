namespace TxAspects;

/// <summary>Thrown when a context is used as a session where it is none, cannot become one, or is put where another one already is.</summary>
public sealed class SessionException : TxAspectsException
{
    private SessionException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    internal static SessionException NotASession(string contextType)
        => new($"This '{contextType}' is not a session of TxAspects, so it cannot be committed or rolled back by it. " +
               "Take it from Tx.SessionAsync or Tx.NewSessionAsync, or bring it into the unit with Tx.AttachSession.");

    internal static SessionException CannotBePooled(string contextType, string connectName, Exception cause)
        => new($"The context '{contextType}' of the connect '{connectName}' cannot be pooled, because it has no single public constructor with its options as the only parameter. " +
               "Give it one, or make it in DbConnectOptions.CreateSession.", cause);

    internal static SessionException MadeWithOtherOptions(string contextType, string connectName)
        => new($"CreateSession of the connect '{connectName}' returned a '{contextType}' that was not made with the options it was given, so its transaction could not be managed. " +
               "Pass those options to the constructor.");

    internal static SessionException AlreadyThere(string unitName, string connectName)
        => new($"The unit of work '{unitName}' already has another session for '{connectName}', so none can be attached. " +
               "Detach that one with Tx.DetachSession, or attach before the first Tx.SessionAsync.");

    internal static SessionException RetriesByItself(string contextType, string connectName)
        => new($"This '{contextType}' cannot be attached for '{connectName}', because it was made with a retrying execution strategy, which refuses every transaction that it did not begin. " +
               "Make it without EnableRetryOnFailure, or take it from Tx.NewSessionAsync.");

    internal static SessionException OpenedByHand(string ownerName, string connectName)
        => new($"The connection of a session of '{connectName}' was opened by other means than a command of its context, in '{ownerName}'. What was sent on it would not be in the transaction. " +
               "Take the connection from Tx.ConnectionAsync, or begin a transaction on the context first.");

    internal static SessionException Closed(string unitName, string connectName)
        => new($"The unit of work '{unitName}' has closed this session of '{connectName}', and its context serves somebody else by now. " +
               "Ask again with Tx.SessionAsync instead of keeping the object.");

    internal static SessionException OfAnotherUnit(string unitName, string connectName)
        => new($"This session of '{connectName}' belongs to the unit of work '{unitName}', in which the code that uses it does not run. " +
               "It was kept beyond its own unit, and its context came back from the pool; or it was handed to code that async calls do not flow to. " +
               "Ask Tx.SessionAsync where you need a session, or take one from Tx.NewSessionAsync.");

    internal static SessionException InAnotherUnit(string unitName, string connectName)
        => new($"The session of '{connectName}' belongs to the unit of work '{unitName}' already. " +
               "Take it out there with Tx.DetachSession first.");
}
