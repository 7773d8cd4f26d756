namespace TxAspects;

/// <summary>Where a unit of work is in its life.</summary>
public enum UnitOfWorkState
{
    /// <summary>Open, and able to commit.</summary>
    Open,

    /// <summary>
    /// Open, but it can only roll back; <see cref="ITxUnit.DoomCause"/> or <see cref="ITxUnit.RollbackReason"/> says why.
    /// </summary>
    Doomed,

    /// <summary>Ended, and everything that was open then was committed.</summary>
    Committed,

    /// <summary>Ended, and everything that was open then was rolled back.</summary>
    RolledBack,

    /// <summary>
    /// Ended by a commit that some of several databases made and others did not; see <see cref="PartialCommitException"/>.
    /// </summary>
    PartlyCommitted,

    /// <summary>Ended by a <see cref="CommitOutcomeUnknownException"/>: nobody knows whether the work was kept.</summary>
    OutcomeUnknown,
}
