namespace TxAspects;

/// <summary>Looks at one COMMIT with the knowledge of its driver. <c>PostgresConnect.WatchCommit</c> makes the one for Npgsql.</summary>
public abstract class CommitWatch : IDisposable
{
    /// <summary>Whether the server reported success although it stopped waiting for its synchronous standby.</summary>
    public abstract bool WasCutShort { get; }

    /// <summary>Whether a failure that took the connection along certainly came before COMMIT, the last statement of the batch, was carried out.</summary>
    public abstract bool IsRolledBack(Exception failure);

    /// <summary>Stops looking.</summary>
    public abstract void Dispose();
}
