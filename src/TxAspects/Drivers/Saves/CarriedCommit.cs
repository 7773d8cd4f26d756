using System.Data.Common;

namespace TxAspects.Drivers;

/// <summary>A commit that a save has taken along.</summary>
public abstract class CarriedCommit : IDisposable
{
    /// <summary>
    /// Reads what comes after the results of the save, to the end. Returns what became of the commit; throws what refused it. No token
    /// stops it.
    /// </summary>
    protected internal abstract ValueTask<CommitAnswer> ReadAsync(DbDataReader reader, bool async);

    /// <summary>Finds out what became of it after a failure; null where certainly nothing was kept.</summary>
    protected internal abstract ValueTask<CommitAnswer?> FindAsync(Exception failure, bool async);

    /// <summary>Whether the save itself was carried out, so that a refusal is the commit's.</summary>
    protected internal abstract bool IsSaved { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops watching the connection.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
