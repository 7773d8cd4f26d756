namespace TxAspects;

/// <summary>Thrown by the next step of a sequence whose unit of work was rolled back because nobody read on for too long.</summary>
/// <remarks><c>TxAspectsOptions.SequenceIdleLimit</c>, or the unit's timeout where that is shorter, says how long.</remarks>
public sealed class SequenceAbandonedException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public SequenceAbandonedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal SequenceAbandonedException(string unitName, TimeSpan idleLimit)
        : base($"Nobody read the sequence of '{unitName}' on for {idleLimit.TotalSeconds:0.###} s, so its unit of work was rolled back. " +
               "Read the sequence in less time, collect it in a list first, or set TxAspectsOptions.SequenceIdleLimit.")
    {
        UnitName = unitName;
        IdleLimit = idleLimit;
    }

    /// <summary>The unit that was rolled back.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>For how long a sequence may wait for its next step.</summary>
    public TimeSpan IdleLimit { get; init; }
}
