namespace TxAspects;

/// <summary>Looks at one COMMIT with the knowledge of its driver. <c>PostgresConnect.WatchCommit</c> makes the one for Npgsql.</summary>
public abstract class CommitWatch : IDisposable
{
    /// <summary>Whether the server reported success although it stopped waiting for its synchronous standby.</summary>
    public abstract bool WasCutShort { get; }

    /// <summary>Whether the server has answered COMMIT, so that a failure can only be that of what came after it. Default: nobody knows, false.</summary>
    public virtual bool IsCommitted => false;

    /// <summary>Whether a failure that took the connection along certainly came before COMMIT, the second statement of the batch, was carried out.</summary>
    public abstract bool IsRolledBack(Exception failure);

    /// <summary>Stops looking.</summary>
    public abstract void Dispose();
}
