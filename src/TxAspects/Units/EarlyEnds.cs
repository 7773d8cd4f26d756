using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;
using TxAspects.Units.Ambient;
using TxAspects.Units.Commits;
using TxAspects.Units.Hooks;
using TxAspects.Units.Sessions;

namespace TxAspects.Units;

/// <summary>
/// Commit, rollback and close while the unit goes on, for one connect or, with null, for all; by the library's own calls or by EF Core's.
/// </summary>
internal static class EarlyEnds
{
    /// <summary>Throws where the code that runs here may not end the unit's work.</summary>
    /// <exception cref="EarlyCompletionException">The unit reserves that to the call that opened it, or a hook before its commit runs
    /// here.</exception>
    /// <exception cref="SessionInUseException">The code was called by what it would wait for.</exception>
    public static void EnsureAllowed(UnitOfWork unit, string operation, DbConnect? connect)
    {
        if (AmbientUnit.Node is { } here && here.Unit == unit)
        {
            if (here.Place is UnitPlace.JoinedCall)
                throw new EarlyCompletionException(unit.Name, operation);
            if (here.Place is UnitPlace.BeforeCommit)
                throw EarlyCompletionException.InHook(unit.Name, operation);
        }

        foreach (var enlisted in unit.AllSessions(connect))
            Stopping.Refuse(enlisted.Session!, operation);
    }

    public static async ValueTask CommitAsync(
        UnitOfWork unit, string operation, DbConnect? connect, bool async, CancellationToken cancellationToken)
    {
        EnsureAllowed(unit, operation, connect);
        await CommitAsync(unit, connect, inside: null, async, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Commits, with the hooks of a block or, with null, with all.</summary>
    public static async ValueTask CommitAsync(
        UnitOfWork unit, DbConnect? connect, Mark? inside, bool async, CancellationToken cancellationToken)
    {
        unit.ThrowIfEnded(connect?.Name);
        unit.ThrowIfDoomed();
        unit.Hooks?.EnsureRunnable(async);
        ThrowIfOthersAreAtWork(unit, connect);
        CommitsWithSave.Begin(unit);
        try
        {
            await RoundsOfEnd.RunAsync(unit, connect, inside, endsUnit: false, async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!unit.IsEnded && exception is not (SessionInUseException or UnitOfWorkDoomedException) &&
            GivesUp(unit, exception) && Array.TrueForAll(unit.AllSessions(connect), enlisted => enlisted.Doom is null))
        {
            await RollbackAsync(unit, connect, inside, async).ConfigureAwait(false);
            throw;
        }

        if (!CommitsWithSave.HasKept(unit))
        {
            unit.ThrowIfEnded(connect?.Name);
            unit.ThrowIfDoomed();
            unit.DeadlineHere?.ThrowIfPassed();
            await UnitCommit.RunAsync(unit, unit.AllSessions(connect), reopens: true, async).ConfigureAwait(false);
        }

        if (!HasUncommittedWork(unit))
            await RunHooksAsync(unit, HookMoment.Committed, inside, async).ConfigureAwait(false);
    }

    public static async ValueTask RollbackAsync(UnitOfWork unit, string operation, DbConnect? connect, bool async)
    {
        EnsureAllowed(unit, operation, connect);
        await RollbackAsync(unit, connect, inside: null, async).ConfigureAwait(false);
    }

    public static async ValueTask RollbackAsync(UnitOfWork unit, DbConnect? connect, Mark? inside, bool async)
    {
        unit.ThrowIfEnded(connect?.Name);
        foreach (var enlisted in unit.AllSessions(connect))
        {
            await Stopping.RollBackAsync(enlisted.Session!, async).ConfigureAwait(false);
            enlisted.Doom = null;
            unit.Verdict?.RolledBack(enlisted.Connect);
        }

        await RolledBackAsync(unit, inside, async).ConfigureAwait(false);
    }

    /// <summary>
    /// Rolls back the transaction that a failed block has joined. The hooks of that work learn of it at the end, with the doom that
    /// follows.
    /// </summary>
    public static async ValueTask RollbackJoinedAsync(UnitOfWork unit, DbConnect connect, bool async)
    {
        foreach (var enlisted in unit.AllSessions(connect))
        {
            await Stopping.RollBackAsync(enlisted.Session!, async).ConfigureAwait(false);
            unit.Verdict?.RolledBack(enlisted.Connect);
        }
    }

    public static async ValueTask CloseAsync(UnitOfWork unit, string operation, DbConnect? connect, bool async)
    {
        EnsureAllowed(unit, operation, connect);
        unit.ThrowIfEnded(connect?.Name);
        var sessions = unit.AllSessions(connect);

        // Whoever sent a command past EF Core would take it for done: it is undone with the connection, and nobody can be told. What a save
        // has taken along is not undone.
        if (Array.Find(sessions, enlisted => enlisted.Session is
            { Gate: { IsExecuting: true, Commands.AreHandedOut: true } } or { Saves.Last.IsSent: true }) is { } busy)
            throw SessionInUseException.AtRollback(unit.Name, busy.Connect.Name);

        var givesUpWork = unit.FindDoom() is not null || Array.Exists(sessions, enlisted => enlisted.Session!.HasUncommittedWork);
        foreach (var enlisted in sessions)
        {
            if (enlisted.Session!.HasUnsavedChanges)
                enlisted.Session.PlacesOrNull?.ChangesGivenUp(unit.MarkHere);
            if (enlisted.Session.Gate.IsOpen)
                enlisted.Session.PlacesOrNull?.TransactionEnded(unit.MarkHere);
            unit.Sessions!.Forget(enlisted);
            unit.Verdict?.RolledBack(enlisted.Connect);
            await GiveBackAsync(unit, enlisted, clear: true, async, failure: null).ConfigureAwait(false);
        }

        if (givesUpWork)
            await RolledBackAsync(unit, inside: null, async).ConfigureAwait(false);
    }

    /// <summary>Rolls back what is still open, and closes the session, unless it is the user's own.</summary>
    public static async ValueTask GiveBackAsync(UnitOfWork unit, Enlisted enlisted, bool clear, bool async, Exception? failure)
    {
        var session = enlisted.Session!;
        if (!enlisted.IsAttached)
        {
            await session.CloseAsync(async, failure).ConfigureAwait(false);
            return;
        }

        if (clear)
            await Stopping.RollBackAsync(session, async).ConfigureAwait(false);
        session.Admission.Open();
        session.Owner = new StandaloneOwner(unit.Log);
    }

    public static bool HasUncommittedWork(UnitOfWork unit)
        => Array.Exists(unit.AllSessions(), enlisted => enlisted.Session!.HasUncommittedWork);

    // Whatever a hook throws gives the work up. A save that fails has undone itself, and the unit goes on.
    private static bool GivesUp(UnitOfWork unit, Exception failure)
        => failure is CommitNeverReadyException || unit.Hooks?.Failure == failure;

    /// <summary>
    /// Where nothing uncommitted is left, nothing half-done is left either: the doom goes, and the hooks learn of the rollback.
    /// </summary>
    private static async ValueTask RolledBackAsync(UnitOfWork unit, Mark? inside, bool async)
    {
        if (HasUncommittedWork(unit))
            return;

        unit.Verdict?.Clear();
        await RunHooksAsync(unit, HookMoment.RolledBack, inside, async).ConfigureAwait(false);
    }

    /// <summary>
    /// A commit here would keep half of what a nested call does that runs at the same time, and could not undo it any more.
    /// </summary>
    private static void ThrowIfOthersAreAtWork(UnitOfWork unit, DbConnect? connect)
    {
        var here = unit.MarkHere;
        foreach (var session in unit.AllSessions(connect).Select(enlisted => enlisted.Session!))
        {
            if (session.PlacesOrNull?.FindOther(here) is { } other)
                throw SessionInUseException.ByOtherCall(unit.Name, session.ConnectName, other.Name);
        }
    }

    private static ValueTask RunHooksAsync(UnitOfWork unit, HookMoment moment, Mark? inside, bool async)
        => unit.Hooks?.RunAfterAsync(moment, inside, async) ?? default;
}
