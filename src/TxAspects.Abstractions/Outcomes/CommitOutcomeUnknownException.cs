namespace TxAspects;

/// <summary>Thrown when the connection was lost while a commit was in flight, so that nobody here knows whether it happened.</summary>
/// <remarks>Look the work up over a new connection before you repeat it. The driver's exception is the <see cref="Exception.InnerException"/>.</remarks>
public sealed class CommitOutcomeUnknownException : TxAspectsException
{
    internal CommitOutcomeUnknownException(string unitName, string connectName, Exception cause)
        : base($"The connection to '{connectName}' was lost while the unit of work '{unitName}' was committing, so the work may have been kept or not. " +
               "Look it up over a new connection before you repeat it.", cause)
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit that was committing.</summary>
    public string UnitName { get; }

    /// <summary>The connect whose answer never came.</summary>
    public string ConnectName { get; }
}
