using System.Data.Common;

namespace TxAspects.Drivers;

/// <summary>
/// What a unit with <see cref="CommitMode.TwoPhase"/> needs of a database. <c>PostgresTwoPhase</c> is the one for PostgreSQL.
/// </summary>
/// <remarks>
/// All sessions that wrote but the first are prepared. The first commits together with a row that says so, the decision, and the others
/// follow it. A decision belongs to the id of one commit, and whoever finds a prepared transaction can tell from its name which id that is
/// and in which database to ask.
/// </remarks>
public abstract class TwoPhase
{
    /// <summary>Asks the open transaction on a connection how it is to be committed.</summary>
    /// <param name="connectName">The name of the connect, which is a part of the database's identity.</param>
    /// <param name="connection">The connection of the transaction.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    protected internal abstract ValueTask<TwoPhaseAnswer> AskAsync(string connectName, DbConnection connection, bool async);

    /// <summary>The name of a prepared transaction.</summary>
    /// <param name="decidedIn">Where the decision is to be found: <see cref="TwoPhaseAnswer.Database"/> of the first session.</param>
    /// <param name="id">The decision's id.</param>
    /// <param name="number">Tells the sessions of one unit apart.</param>
    protected internal abstract string NameOf(string decidedIn, Guid id, int number);

    /// <summary>
    /// Prepares the open transaction. It must fail where an earlier statement of the transaction has failed, instead of rolling back
    /// without a word.
    /// </summary>
    /// <returns>False where the server stopped waiting for its standby, so that a failover may lose what was prepared.</returns>
    protected internal abstract ValueTask<bool> PrepareAsync(DbTransaction transaction, string name, bool async);

    /// <summary>Makes a command that commits a prepared transaction.</summary>
    protected internal abstract void CommitPrepared(DbCommand command, string name);

    /// <summary>Makes a command that rolls a prepared transaction back.</summary>
    protected internal abstract void RollbackPrepared(DbCommand command, string name);

    /// <summary>
    /// Whether a decision could not be written because a recovery, which took the unit for one that had been left, has decided against it.
    /// </summary>
    protected internal abstract bool IsDecidedByOthers(Exception failure);

    /// <summary>Whether a prepared transaction could not be ended because somebody else has ended it, or is about to.</summary>
    protected internal abstract bool IsEndedByOthers(Exception failure);
}
