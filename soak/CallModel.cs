namespace TxAspects.Soak;

/// <summary>How a call relates to its unit, and what the unit had written when the call began.</summary>
public sealed class CallModel(CallKind kind, int since)
{
    public CallKind Kind => kind;

    public int Since => since;

    /// <summary>Whether it asked for the rollback.</summary>
    public bool Asked { get; set; }

    /// <summary>Whether it asked in a block that was undone: the request goes with the work, unless some of that is elsewhere.</summary>
    public bool MayHaveAsked { get; set; }
}
