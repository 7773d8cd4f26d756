namespace TxAspects;

/// <summary>How a unit of work with several databases commits.</summary>
public enum CommitMode
{
    /// <summary>
    /// One after the other, in the order of first use; a failure in the middle is a <see cref="PartialCommitException"/>. Needs nothing of
    /// the servers.
    /// </summary>
    InOrder,

    /// <summary>
    /// In all databases or in none, also when a process or a server ends in the middle. Costs more round trips, and needs connects that are
    /// set up for it and a recovery that runs somewhere. Where one database alone was written to, it commits as ever.
    /// </summary>
    TwoPhase,
}
