using System.Data;
using Microsoft.Extensions.Logging;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions.Transactions;

namespace TxAspects.Sessions;

/// <summary>What a session needs of whatever it belongs to: a unit, or nobody.</summary>
internal interface ISessionOwner
{
    string Name { get; }

    IsolationLevel IsolationLevel { get; }

    bool ReadOnly { get; }

    /// <summary>
    /// Whether all that is sent belongs to a transaction. Outside units only a command of EF Core's begins one by itself.
    /// </summary>
    bool IsUnit { get; }

    /// <summary>The deadline of the call that runs here.</summary>
    Deadline? Deadline { get; }

    /// <summary>The deadline of all of its work, whichever call runs here.</summary>
    Deadline? WholeDeadline { get; }

    /// <summary>What a standby has to have seen before it may be read, as <see cref="Positions"/>; or null.</summary>
    string? ReadAfter { get; }

    ILogger Log { get; }

    /// <summary>Tells observers what happens; null where nobody observes, and outside units.</summary>
    Observation? Observation { get; }

    /// <summary>How many savepoints of saves a transaction may have; null for any number.</summary>
    int? MaxSaveSavepoints { get; }

    /// <summary>The innermost mark of the calls in which the code here runs; null outside all.</summary>
    Mark? Here { get; }

    /// <summary>
    /// The marks that are open now, outer ones first: a session that is first used now is to go back to its beginning with them.
    /// </summary>
    IReadOnlyList<Mark> OpenMarks { get; }

    /// <summary>
    /// Throws where the owner has ended, or where the code that runs here belongs to another unit that has; a unit also where that code is
    /// not inside it.
    /// </summary>
    void CheckUse(Session session);

    /// <summary>
    /// The name of a unit around the owner that holds a connection of the session's engine while it waits for the owner to end, or null.
    /// </summary>
    string? FindHolder(Session session);

    /// <summary>The name of such a unit where it may also hold locks that the session's command waits for, or null.</summary>
    string? FindLocker(Session session);

    /// <summary>Why the commit may not go along with a save that comes before it, as the end of a sentence; null where it may.</summary>
    /// <param name="session">The session that saves.</param>
    /// <param name="endsUnit">Whether the owner ends with it; else it commits early.</param>
    string? FindCommitObstacle(Session session, bool endsUnit);

    /// <summary>
    /// Something was committed, or may have been where that is in doubt, so that the unit it belongs to cannot be done again.
    /// </summary>
    void MarkDurable(bool isInDoubt = false);

    /// <summary>Where the log of a connect was after a commit.</summary>
    void NotePosition(string connectName, string position, DbCluster cluster);

    /// <summary>User code commits the session, by whatever name.</summary>
    ValueTask CommitAsync(Session session, string operation, bool async, CancellationToken cancellationToken);

    /// <summary>User code rolls the session back, by whatever name.</summary>
    ValueTask RollbackAsync(Session session, string operation, bool async);
}
