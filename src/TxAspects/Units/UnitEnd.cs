using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Units.Ambient;
using TxAspects.Units.Commits;

namespace TxAspects.Units;

/// <summary>The end of a unit, by the outermost call alone.</summary>
internal static class UnitEnd
{
    /// <summary>Ends the unit after its body returned a value.</summary>
    public static ValueTask CompleteAsync<T>(UnitOfWork unit, T result, bool async)
    {
        using var entered = AmbientUnit.Enter(unit.Node);    // for the rules of the application's
        try
        {
            if (ResultRules.MeanFailure(result, unit.Options, unit.ProcessOptions))
                unit.SetRollbackOnly($"a result of type {result!.GetType().Name} that means failure was returned");
        }
        catch (Exception exception) when (exception is not UnitOfWorkEndedException)
        {
            return AbandonAsync(unit, ExceptionDispatchInfo.Capture(exception), async);
        }

        return CompleteAsync(unit, async);
    }

    /// <summary>
    /// Ends a unit in which nothing happened that its end has to deal with; false where it takes <see cref="CompleteAsync{T}"/>.
    /// </summary>
    public static bool TryCompleteAtOnce<T>(UnitOfWork unit, T result)
        => unit.Deadline is null && unit.ProcessOptions.Watch is null && !ResultRules.SpeakOf(result, unit.Options, unit.ProcessOptions) &&
           unit.TryEnd(UnitOfWorkState.Committed, onlyUnused: true);

    /// <summary>Commits everything, unless something forbids it; then everything is rolled back.</summary>
    // Not a pooled state machine: callers of asynchronous methods get its task as it is.
    public static async ValueTask CompleteAsync(UnitOfWork unit, bool async)
    {
        unit.ThrowIfEnded(connectName: null);
        ThrowIfInside(unit);
        using var entered = AmbientUnit.Enter(unit.Node);    // A scope may be completed where it was not opened.
        unit.Report?.BodyEnded(returned: true);
        CommitsWithSave.Begin(unit);
        Exception? failure = null;
        var state = UnitOfWorkState.RolledBack;
        try
        {
            if (unit.CanCommit())
            {
                ThrowIfOpen(unit);
                await RoundsOfEnd.RunAsync(unit, connect: null, inside: null, endsUnit: true, async, CancellationToken.None)
                    .ConfigureAwait(false);
            }

            if (CommitsWithSave.HasKept(unit))
            {
                state = UnitOfWorkState.Committed;
            }
            else if (unit.CanCommit())
            {
                ThrowIfOpen(unit);
                unit.Deadline?.ThrowIfPassed();
                state = UnitOfWorkState.OutcomeUnknown;
                await UnitCommit.RunAsync(unit, unit.AllSessions(), reopens: false, async).ConfigureAwait(false);
                state = UnitOfWorkState.Committed;
            }
        }
        catch (Exception exception)
        {
            failure = exception;
            state = exception switch
            {
                PartialCommitException when state is UnitOfWorkState.OutcomeUnknown => UnitOfWorkState.PartlyCommitted,
                CommitOutcomeUnknownException when state is UnitOfWorkState.OutcomeUnknown => UnitOfWorkState.OutcomeUnknown,
                _ when CommitsWithSave.HasKept(unit) => UnitOfWorkState.Committed,
                _ => UnitOfWorkState.RolledBack,
            };
            throw;
        }
        finally
        {
            await EndAsync(unit, state, failure, async).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the unit after an exception left its body. Never throws: the user's exception wins.</summary>
    public static async ValueTask FailAsync(UnitOfWork unit, Exception exception, bool async)
    {
        if (unit.IsEnded)
            return;

        using var entered = AmbientUnit.Enter(unit.Node);
        if (!unit.Options.Commits(exception) || unit.RollbackReason is not null)
        {
            var isUnknown = unit.IsInDoubt && exception.HasCause<CommitOutcomeUnknownException>();
            await EndAsync(unit, isUnknown ? UnitOfWorkState.OutcomeUnknown : UnitOfWorkState.RolledBack, exception, async)
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await CompleteAsync(unit, async).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            unit.Log.CommitOnFailed(unit.Name, failure);
        }
    }

    /// <summary>Ends the unit of a scope that was left without completing it.</summary>
    public static ValueTask AbandonAsync(UnitOfWork unit, bool async)
        => unit.IsEnded ? default : EndAsync(unit, UnitOfWorkState.RolledBack, failure: null, async);

    /// <summary>Ends the unit after user code threw that is not its body, such as a rule for results; it is not repeated.</summary>
    public static async ValueTask AbandonAsync(UnitOfWork unit, ExceptionDispatchInfo failure, bool async)
    {
        if (!unit.IsEnded)
            await EndAsync(unit, UnitOfWorkState.RolledBack, failure.SourceException, async, mayRepeat: false).ConfigureAwait(false);
        failure.Throw();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask EndAsync(UnitOfWork unit, UnitOfWorkState state, Exception? failure, bool async, bool mayRepeat = true)
    {
        if (failure is not null && mayRepeat && state is not UnitOfWorkState.Committed)
            DecideOnNext(unit, failure);

        unit.Report?.BodyEnded(returned: false);
        unit.TryEnd(state, onlyUnused: false);
        var clear = state is not UnitOfWorkState.Committed;
        foreach (var enlisted in unit.AllSessions())
            await EarlyEnds.GiveBackAsync(unit, enlisted, clear, async, failure).ConfigureAwait(false);

        // What was ended by somebody else, or began without anybody knowing, shows only now.
        if (state is UnitOfWorkState.RolledBack && unit.IsInDoubt &&
            Array.Exists(unit.AllSessions(), enlisted => enlisted.Session!.Gate.State is UnitOfWorkState.OutcomeUnknown))
        {
            state = UnitOfWorkState.OutcomeUnknown;
            unit.Next = null;
            unit.TryEnd(state, onlyUnused: false);
        }

        UnitReport.Conclude(unit, failure);
        if (unit.Scopes is { } scopes)
            await scopes.EndAsync(async).ConfigureAwait(false);
        if (unit.Next is not null)
            return;

        unit.Deadline?.Dispose();
        if (unit.Hooks is { } hooks)
            await hooks.RunAtEndAsync(state, async).ConfigureAwait(false);
    }

    /// <summary>
    /// Throws where the end is asked for by what it would wait for: a hook of the unit, or an interceptor that was called for a command.
    /// </summary>
    private static void ThrowIfInside(UnitOfWork unit)
    {
        if (AmbientUnit.Node is { Place: UnitPlace.BeforeCommit } here && here.Unit == unit)
            throw EarlyCompletionException.InHook(unit.Name, "The end of the unit");

        foreach (var enlisted in unit.AllSessions())
            Stopping.Refuse(enlisted.Session!, "The end of the unit");
    }

    /// <summary>A nested call or block that has not ended would be committed in half.</summary>
    private static void ThrowIfOpen(UnitOfWork unit)
    {
        if (unit.OpenMark is { } open)
            throw SessionInUseException.ByOpenCall(unit.Name, open.Name);
    }

    private static void DecideOnNext(UnitOfWork unit, Exception failure)
    {
        var attempt = unit.Attempt;
        if (attempt.IsOnly || attempt.Number > unit.Options.MaxRetries || unit.IsDurable || unit.Deadline is { HasPassed: true } ||
            unit.IsRollbackOnly || !MayBeGone(unit, failure))
        {
            return;
        }

        unit.Next = attempt.Next(unit.ProcessOptions.RetryDelay, unit.Id);
    }

    private static bool MayBeGone(UnitOfWork unit, Exception failure)
        => !failure.HasCause<CommitOutcomeUnknownException>() && !failure.HasCause<UnitOfWorkTimeoutException>() &&
           failure.IsTransient(unit.Options.RetryOnConcurrencyFailure, unit.AllSessions().Select(enlisted => enlisted.Connect.Driver));
}
