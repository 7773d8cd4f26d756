using System.Data.Common;

namespace TxAspects;

/// <summary>A row written with every commit, by which it is found again when its outcome is unknown. <c>PostgresCommitMarkers</c> is the one for PostgreSQL.</summary>
public abstract class CommitMarkers
{
    /// <summary>Makes a command that writes the marker. It goes before COMMIT, in the same batch.</summary>
    protected internal abstract void Write(DbBatchCommand command, Guid id);

    /// <summary>Looks a commit up over another connection, and makes sure that it cannot happen later where it has not happened.</summary>
    /// <returns>True where it happened, false where it did not and never can, null where there was no answer in time.</returns>
    protected internal abstract ValueTask<bool?> FindAsync(DbDataSource source, Guid id, bool async);
}
