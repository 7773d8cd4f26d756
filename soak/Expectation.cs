namespace TxAspects.Soak;

/// <summary>What must have become of a row.</summary>
public enum Expectation : byte
{
    /// <summary>It was rolled back, or its write failed.</summary>
    Absent,

    /// <summary>Its commit was acknowledged.</summary>
    Present,

    /// <summary>The outcome was reported as unknown.</summary>
    Either,
}
