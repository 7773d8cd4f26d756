namespace TxAspects;

/// <summary>Thrown when a context is used as a session where it is none, or is put where another one already is.</summary>
public sealed class SessionException : TxAspectsException
{
    private SessionException(string message)
        : base(message)
    {
    }

    internal static SessionException NotASession(string contextType)
        => new($"This '{contextType}' is not a session of TxAspects, so it cannot be committed or rolled back by it. " +
               "Take it from Tx.SessionAsync or Tx.NewSessionAsync, or bring it into the unit with Tx.AttachSession.");

    internal static SessionException AlreadyThere(string unitName, string connectName)
        => new($"The unit of work '{unitName}' already has another session for '{connectName}', so none can be attached. " +
               "Detach that one with Tx.DetachSession, or attach before the first Tx.SessionAsync.");

    internal static SessionException InAnotherUnit(string unitName, string connectName)
        => new($"The session of '{connectName}' belongs to the unit of work '{unitName}' already. " +
               "Take it out there with Tx.DetachSession first.");
}
