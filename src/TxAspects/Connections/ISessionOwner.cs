using System.Data;
using Microsoft.Extensions.Logging;

namespace TxAspects.Connections;

/// <summary>What a session needs of whatever it belongs to.</summary>
internal interface ISessionOwner
{
    string Name { get; }

    IsolationLevel IsolationLevel { get; }

    bool ReadOnly { get; }

    Deadline? Deadline { get; }

    /// <summary>What a standby has to have seen before it may be read, as <see cref="Positions"/>; or null.</summary>
    string? ReadAfter { get; }

    ILogger Log { get; }

    /// <summary>Something was committed, or may have been where that is in doubt, so that the unit it belongs to cannot be done again.</summary>
    void MarkDurable(bool isInDoubt = false);

    /// <summary>Where the log of a connect was after a commit.</summary>
    void NotePosition(string connectName, string position, DbCluster cluster);

    /// <summary>Throws where the owner has ended, or where the code that runs here belongs to another unit that has; a unit also where that code is not inside it.</summary>
    void CheckUse(Session session);

    /// <summary>The name of a unit around the owner that holds a connection of the session's engine while it waits for the owner to end, or null.</summary>
    string? FindHolder(Session session);
}
