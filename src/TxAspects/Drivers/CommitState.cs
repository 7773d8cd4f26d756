namespace TxAspects.Drivers;

/// <summary>What is known of the work of a transaction after its commit.</summary>
public enum CommitState
{
    /// <summary>The work is kept.</summary>
    Committed,

    /// <summary>The transaction ended, and it had written nothing.</summary>
    NothingWritten,

    /// <summary>
    /// The work is in force on the server that answered, but that server stopped waiting for its standby, so a failover may lose it.
    /// </summary>
    CutShort,

    /// <summary>The connection was lost, and nobody knows.</summary>
    Unknown,
}
