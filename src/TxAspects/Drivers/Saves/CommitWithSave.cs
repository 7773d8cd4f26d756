using System.Data.Common;
using System.Text;

namespace TxAspects.Drivers;

/// <summary>How the last save of a unit takes the commit along, in one round trip.</summary>
/// <remarks>
/// EF Core compares the numbers of rows after the server has answered, which is too late then. So each statement of the save is guarded:
/// where one does not meet the row it was made for, the server refuses what comes after it, the commit included.
/// </remarks>
public abstract class CommitWithSave
{
    /// <summary>
    /// Whether it is done. A save that gets values back from the database, such as generated keys, loses them where the answer is lost.
    /// </summary>
    protected internal abstract bool IsOn(bool getsValues);

    /// <summary>Reads what has to be known once: how transactions begin, and what the tables of a model are there.</summary>
    /// <param name="transaction">The open transaction.</param>
    /// <param name="columns">The columns of the model.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    protected internal abstract ValueTask<SaveFacts> ReadFactsAsync(
        DbTransaction transaction, IReadOnlyList<SaveColumn> columns, bool async, CancellationToken cancellationToken);

    /// <summary>Guards the statement that was appended last.</summary>
    /// <param name="sql">The text of the save up to its end.</param>
    /// <param name="guard">Which one it is.</param>
    protected internal abstract void Guard(StringBuilder sql, SaveGuard guard);

    /// <summary>Appends the commit to a command that is about to be sent.</summary>
    protected internal abstract CarriedCommit TakeAlong(DbCommand command, CarriedCommitRequest request);
}
