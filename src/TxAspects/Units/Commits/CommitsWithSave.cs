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
            : Array.Exists(unit.AllSessions(), enlisted => enlisted.Session != session) ? "the unit has sessions of several connects"
            : null;

    /// <summary>Whether all of a unit was kept with its last save.</summary>
    public static bool HasKept(UnitOfWork unit)
        => unit.AllSessions() is [{ Session.Gate: { IsOpen: false, IsCommittedWithSave: true } }];
}
