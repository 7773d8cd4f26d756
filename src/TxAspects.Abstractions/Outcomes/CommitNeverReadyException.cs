namespace TxAspects;

/// <summary>
/// Thrown where the hooks before a commit and the handlers of saves keep adding work, so that a unit never has nothing left to save. The
/// unit rolls back.
/// </summary>
public sealed class CommitNeverReadyException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public CommitNeverReadyException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal CommitNeverReadyException(string unitName, int rounds, string source)
        : base($"The unit of work '{unitName}' could not commit: after {rounds} rounds of hooks and saves there was still something to " +
               $"save. The last to add something was {source}. Let it add only what it has not added before.")
    {
        UnitName = unitName;
    }

    /// <summary>The unit that could not commit.</summary>
    public string UnitName { get; init; } = "";
}
