namespace TxAspects;

/// <summary>
/// Thrown when a database cannot take part in a unit with <see cref="CommitMode.TwoPhase"/>. What the unit did is rolled back everywhere.
/// </summary>
public sealed class TwoPhaseCommitException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public TwoPhaseCommitException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Names the connect, and completes its sentence by what stands in the way and what to do.</summary>
    public TwoPhaseCommitException(string connectName, string obstacle)
        : base($"'{connectName}' cannot take part in a two-phase commit: {obstacle}")
        => ConnectName = connectName;

    /// <summary>The connect whose database it is.</summary>
    public string ConnectName { get; init; } = "";
}
