using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using TxAspects.Connections;
using TxAspects.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <content>The end, by the outermost call alone.</content>
internal sealed partial class UnitOfWork
{
    /// <summary>Ends the unit after its body returned a value.</summary>
    public ValueTask CompleteAsync<T>(T result, bool async)
    {
        try
        {
            if (MeansFailure(result))
                _rollbackOnly ??= Doom.ByRequest(Name, $"a result of type {result.GetType().Name} that means failure was returned");
        }
        catch (Exception exception)
        {
            return AbandonAsync(ExceptionDispatchInfo.Capture(exception), async);
        }

        return CompleteAsync(async);
    }

    /// <summary>Ends a unit in which nothing happened that its end has to deal with; false where it takes <see cref="CompleteAsync{T}"/>.</summary>
    public bool TryCompleteAtOnce<T>(T result)
    {
        if (_gate is not null || _hooks is not null || _doom is not null || _rollbackOnly is not null || _trace is not null || Deadline is not null ||
            IsEnded || Process.Watch is not null || HasRuleFor(result))
            return false;

        // A branch that asks for its first session at this moment sees the end, or is seen here.
        Interlocked.Exchange(ref _state, UnitOfWorkState.Committed);
        if (_gate is null && _hooks is null)
            return true;

        _state = UnitOfWorkState.Open;
        return false;
    }

    /// <summary>Commits everything, unless something forbids it; then everything is rolled back.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask CompleteAsync(bool async)
    {
        ThrowIfEnded(connectName: null);
        using var entered = AmbientUnit.Enter(Node);    // A scope may be completed where it was not opened.
        _trace?.BodyEnded(returned: true);
        Exception? failure = null;
        var state = UnitOfWorkState.RolledBack;
        try
        {
            if (CanCommit())
            {
                _hooks?.EnsureRunnable(async);
                await RunHooksBeforeAsync(from: 0, async).ConfigureAwait(false);
            }

            if (CanCommit())
                await FlushAsync(Sessions(), async, CancellationToken.None).ConfigureAwait(false);

            if (CanCommit())
            {
                Deadline?.ThrowIfPassed();
                state = UnitOfWorkState.OutcomeUnknown;
                await CommitTracedAsync(Sessions(), async).ConfigureAwait(false);
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
                _ => UnitOfWorkState.RolledBack,
            };
            throw;
        }
        finally
        {
            await EndAsync(state, failure, async).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the unit after an exception left its body. Never throws: the user's exception wins.</summary>
    public async ValueTask FailAsync(Exception exception, bool async)
    {
        if (IsEnded)
            return;

        if (!Options.Commits(exception) || RollbackReasonOrNull() is not null)
        {
            var isUnknown = _isInDoubt && exception.HasCause<CommitOutcomeUnknownException>();
            await EndAsync(isUnknown ? UnitOfWorkState.OutcomeUnknown : UnitOfWorkState.RolledBack, exception, async).ConfigureAwait(false);
            return;
        }

        try
        {
            await CompleteAsync(async).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Log.CommitOnFailed(Name, failure);
        }
    }

    /// <summary>Ends the unit of a scope that was left without completing it.</summary>
    public ValueTask AbandonAsync(bool async)
        => IsEnded ? default : EndAsync(UnitOfWorkState.RolledBack, failure: null, async);

    /// <summary>Ends the unit after a rule for results threw: nobody knows what the value means.</summary>
    private async ValueTask AbandonAsync(ExceptionDispatchInfo failure, bool async)
    {
        if (!IsEnded)
            await EndAsync(UnitOfWorkState.RolledBack, failure.SourceException, async, mayRepeat: false).ConfigureAwait(false);
        failure.Throw();
    }

    /// <summary>False where a rollback was asked for; throws where the unit is doomed and its caller does not know.</summary>
    private bool CanCommit()
    {
        if (IsRollbackOnly)
            return false;

        if (FindDoom() is { } doom)
            throw Doomed(doom);

        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EndAsync(UnitOfWorkState state, Exception? failure, bool async, bool mayRepeat = true)
    {
        if (failure is not null && mayRepeat)
            DecideOnNext(failure);

        _trace?.BodyEnded(returned: false);
        _state = state;
        foreach (var enlisted in Sessions())
            await LetGoAsync(enlisted, clear: state is not UnitOfWorkState.Committed, async).ConfigureAwait(false);

        Conclude(failure);
        if (Next is not null)
            return;

        Deadline?.Dispose();
        await RunHooksAtEndAsync(state, async).ConfigureAwait(false);
    }

    /// <summary>Runs the hooks for what became of the unit, and those for rollbacks inside it. The hooks of an attempt that is repeated never run.</summary>
    private async ValueTask RunHooksAtEndAsync(UnitOfWorkState state, bool async)
    {
        switch (state)
        {
            case UnitOfWorkState.Committed:
                await RunHooksAfterAsync(HookMoment.Committed, from: 0, async).ConfigureAwait(false);
                break;
            case UnitOfWorkState.RolledBack:
                await RunHooksAfterAsync(HookMoment.RolledBack, from: 0, async).ConfigureAwait(false);
                break;
            default:
                DropHooks(state);
                break;
        }

        _hooks?.AddUndone();
        await RunHooksAfterAsync(HookMoment.RolledBack, from: 0, async).ConfigureAwait(false);
    }

    private void DropHooks(UnitOfWorkState state)
    {
        if (_hooks is not { IsEmpty: false } hooks)
            return;

        hooks.DropPending();
        Log.HooksDropped(Name, state);
    }

    /// <summary>Rolls back what is still open, and closes the session, unless it is the user's own.</summary>
    private async ValueTask LetGoAsync(Enlisted enlisted, bool clear, bool async)
    {
        var session = enlisted.Session!;
        if (!enlisted.IsAttached)
        {
            await session.CloseAsync(async).ConfigureAwait(false);
            return;
        }

        if (clear)
            await session.RollbackAsync(async).ConfigureAwait(false);
        session.Owner = new StandaloneOwner(Log);
    }

    private bool HasRuleFor<T>(T result)
        => Options.ResultRules.Count > 0 || !Process.ResultRules.IsEmpty || result is IUnitOfWorkResult;

    private bool MeansFailure<T>([NotNullWhen(true)] T result)
    {
        if (result is null)
            return false;

        return Options.ResultRules.Count > 0 && new ResultRules(Options.ResultRules).IsFailure(result) is { } ofUnit
            ? ofUnit
            : Process.ResultRules.IsFailure(result) ?? result is IUnitOfWorkResult { IsFailure: true };
    }

    private ValueTask RunHooksBeforeAsync(int from, bool async) => _hooks?.RunCommittingAsync(from, async) ?? default;

    private async ValueTask RunHooksAfterAsync(HookMoment moment, int from, bool async)
    {
        if (_hooks is not { IsEmpty: false })
            return;

        using var outside = AmbientUnit.Enter(new UnitNode(this, UnitPlace.AfterEnd));
        await _hooks.RunAfterAsync(moment, from, async, exception => Log.HookFailed(Name, exception)).ConfigureAwait(false);
    }
}
