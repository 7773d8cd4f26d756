using System.Runtime.CompilerServices;
using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;
using TxAspects.Units.Ambient;
using TxAspects.Units.Commits;
using TxAspects.Units.Hooks;
using TxAspects.Units.Sessions;

namespace TxAspects.Units;

/// <summary>What comes before a commit: hooks and saves, in rounds, until nothing is pending.</summary>
/// <remarks>
/// A round is all hooks before a commit and then all saves, in order of first use. What a hook or a handler of a save adds, entities of any
/// session or more hooks, belongs to the next round. The bound is there for what adds without end.
/// </remarks>
internal static class RoundsOfEnd
{
    private const int Most = 100;

    /// <summary>Runs the rounds. Stops early, and returns, where the unit can commit no more.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="connect">Whose session is saved; null for all.</param>
    /// <param name="inside">Whose hooks run: those of a block, or with null all.</param>
    /// <param name="endsUnit">Whether the unit ends with it; else it commits early.</param>
    /// <param name="async">Whether to wait asynchronously.</param>
    /// <param name="cancellationToken">Stops the saves.</param>
    /// <exception cref="CommitNeverReadyException">After 100 rounds something was still pending.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask RunAsync(
        UnitOfWork unit, DbConnect? connect, Mark? inside, bool endsUnit, bool async, CancellationToken cancellationToken)
    {
        for (var round = 1; unit.CanCommit(); round++)
        {
            var last = unit.Hooks is { } hooks ? await hooks.RunBeforeAsync(inside, async).ConfigureAwait(false) : null;

            // A hook of an early commit may have taken longer than the unit.
            unit.ThrowIfEnded(connect?.Name);
            if (!unit.CanCommit())
                return;

            var sessions = unit.AllSessions(connect);
            ThrowIfBusy(unit, sessions);
            Session? saved = null;
            foreach (var enlisted in sessions)
            {
                if (!enlisted.Session!.HasUnsavedChanges)
                    continue;

                saved = enlisted.Session;
                await SaveAsync(unit, enlisted, endsUnit, async, cancellationToken).ConfigureAwait(false);
            }

            if (last is null && saved is null)
                return;
            if (round == Most)
                throw new CommitNeverReadyException(unit.Name, Most, Describe(last, saved));
        }
    }

    /// <summary>Throws where somebody is at work on a session that is to be committed or kept.</summary>
    public static void ThrowIfBusy(UnitOfWork unit, Enlisted[] sessions)
    {
        if (Array.Find(sessions, enlisted => enlisted.Session!.Admission.IsBusy) is { } busy)
            throw SessionInUseException.AtCommit(unit.Name, busy.Connect.Name);
    }

    /// <summary>Saves what is pending on some sessions, and what handlers of their saves add there.</summary>
    /// <exception cref="CommitNeverReadyException">After 100 rounds something was still pending.</exception>
    public static async ValueTask FlushAllAsync(UnitOfWork unit, Enlisted[] sessions, bool async, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            Session? saved = null;
            foreach (var enlisted in sessions)
            {
                if (!enlisted.Session!.HasUnsavedChanges)
                    continue;

                saved = enlisted.Session;
                await SaveAsync(unit, enlisted, endsUnit: null, async, cancellationToken).ConfigureAwait(false);
            }

            if (saved is null)
                return;
            if (round == Most)
                throw new CommitNeverReadyException(unit.Name, Most, Describe(hook: null, saved));
        }
    }

    /// <summary>Saves what is pending. Where a commit follows, the save may take it along.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask SaveAsync(
        UnitOfWork unit, Enlisted enlisted, bool? endsUnit, bool async, CancellationToken cancellationToken)
    {
        // What the save calls may end the unit no more than a hook may: it would call itself without end.
        using var entered = AmbientUnit.Enter(new UnitNode(unit, UnitPlace.BeforeCommit, unit.MarkHere, unit.DeadlineHere));
        var session = enlisted.Session!;
        var save = endsUnit is { } ends ? session.Saves.BeginLast(ends) : null;
        try
        {
            if (save is not null)
                await save.PrepareAsync(async, cancellationToken).ConfigureAwait(false);
            await session.FlushAsync(async, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (save is { IsCommitted: true, IsSaved: true })
        {
            // It is too late for whoever was told of the save.
            unit.Log.CommittedInterceptorFailed(session.ConnectName, unit.Name, exception);
        }
        catch (Exception exception) when (CommitFailure.DescribeFlush(exception, session) is { } failure)
        {
            throw failure;
        }
        finally
        {
            // EF Core tells nobody at its end of a save in which a row was missing.
            if (save is not null)
                await save.ConcludeAsync(isSaved: false, async).ConfigureAwait(false);
            session.Saves.Last = null;
            enlisted.CommitObstacle = save?.Obstacle;
            if (save?.WhyNotKept is { } refusal)
                enlisted.Doom = Doom.ByFailedCommit(enlisted.Connect.Name, refusal);
        }
    }

    /// <summary>Saves what is pending on a session that is in no unit, and what handlers of its saves add.</summary>
    /// <exception cref="CommitNeverReadyException">After 100 rounds something was still pending.</exception>
    public static async ValueTask FlushAloneAsync(Session session, bool async, CancellationToken cancellationToken)
    {
        for (var round = 1; session.HasUnsavedChanges; round++)
        {
            if (round > Most)
                throw new CommitNeverReadyException(session.Owner.Name, Most, Describe(hook: null, session));

            await session.FlushAsync(async, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Describe(Hook? hook, Session? session)
        => hook is not null ? $"the hook '{hook.Name}'" : $"a handler of saves on the session of '{session!.ConnectName}'";
}
