using TxAspects.Sessions;

namespace TxAspects.Units.Commits;

/// <summary>When a unit lets the commit go along with its last save.</summary>
internal static class CommitsWithSave
{
    /// <summary>Why it does not, as the end of a sentence; null where it does.</summary>
    public static string? FindObstacle(UnitOfWork unit, Session session, bool endsUnit)
        => unit.IsEnded ? "the unit has ended"
            : unit.IsRollbackOnly || unit.FindDoom() is not null ? "the unit can only roll back"
            : unit.OpenMark is not null && endsUnit ? "a nested call or block has not ended"
            : unit.Hooks is { HasCommitting: true } ? "a hook before the commit has yet to run"
            : unit.DeadlineHere is { HasPassed: true } ? "the deadline has passed"
            : unit.Options.CommitMode is CommitMode.TwoPhase ? "the unit commits in two phases"
            : unit.AllSessions() is not [var only] || only.Session != session ? "the unit has sessions of several connects"
            : null;

    /// <summary>An end or an early commit begins; what an earlier one has kept says nothing of it.</summary>
    public static void Begin(UnitOfWork unit)
    {
        foreach (var enlisted in unit.AllSessions())
            enlisted.Session!.Gate.IsCommittedWithSave = false;
    }

    /// <summary>
    /// Whether the commit went along with the last save, and nothing is left to commit. Then it is too late for whatever forbids one.
    /// </summary>
    public static bool HasKept(UnitOfWork unit)
        => unit.AllSessions() is var sessions && Array.Exists(sessions, enlisted => enlisted.Session!.Gate.IsCommittedWithSave) &&
           !Array.Exists(sessions, enlisted => enlisted.Session!.Gate.IsOpen);
}
