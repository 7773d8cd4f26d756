using System.Runtime.CompilerServices;

namespace TxAspects.UnitsOfWork;

/// <content>Commit, rollback and close while the unit goes on, for one connect or, with null, for all.</content>
internal sealed partial class UnitOfWork
{
    private Hooks? _hooks;    // made with the first

    public void AddHook(Hook hook)
    {
        if (IsSynchronous && hook.IsAsynchronous)
            throw Hook.CannotRunSynchronously();

        (_hooks ?? Interlocked.CompareExchange(ref _hooks, new Hooks(), null) ?? _hooks).Add(hook);
    }

    /// <summary>Throws in an inner call of a unit that reserves completion to the call that opened it.</summary>
    public void EnsureMayComplete(string operation)
    {
        if (AmbientUnit.Node is { Place: UnitPlace.JoinedCall, Unit: var unit } && unit == this)
            throw new EarlyCompletionException(Name, operation);
    }

    public async ValueTask CommitEarlyAsync(DbConnect? connect, bool async, CancellationToken cancellationToken, int hooksFrom = 0)
    {
        ThrowIfEnded(connect?.Name);
        ThrowIfDoomed();
        _hooks?.EnsureRunnable(async);
        try
        {
            await RunHooksBeforeAsync(hooksFrom, async).ConfigureAwait(false);
        }
        catch
        {
            await RollbackEarlyAsync(connect, async, hooksFrom).ConfigureAwait(false);
            throw;
        }

        ThrowIfDoomed();
        var sessions = Sessions(connect);
        await FlushAsync(sessions, async, cancellationToken).ConfigureAwait(false);
        ThrowIfDoomed();
        await CommitTracedAsync(sessions, async).ConfigureAwait(false);
        foreach (var enlisted in sessions)
            await enlisted.Session!.ResumeAsync(async).ConfigureAwait(false);

        if (!HasUncommittedWork())
            await RunHooksAfterAsync(HookMoment.Committed, hooksFrom, async).ConfigureAwait(false);
    }

    public async ValueTask RollbackEarlyAsync(DbConnect? connect, bool async, int hooksFrom = 0)
    {
        ThrowIfEnded(connect?.Name);
        foreach (var enlisted in Sessions(connect))
        {
            await enlisted.Session!.RollbackAsync(async).ConfigureAwait(false);
            await enlisted.Session.ResumeAsync(async).ConfigureAwait(false);
            enlisted.Doom = null;
        }

        await RolledBackEarlyAsync(async, hooksFrom).ConfigureAwait(false);
    }

    public async ValueTask CloseEarlyAsync(DbConnect? connect, bool async)
    {
        ThrowIfEnded(connect?.Name);
        var sessions = Sessions(connect);
        var givesUpWork = FindDoom() is not null || Array.Exists(sessions, enlisted => enlisted.Session!.HasUncommittedWork);
        foreach (var enlisted in sessions)
        {
            Forget(enlisted);
            await LetGoAsync(enlisted, clear: true, async).ConfigureAwait(false);
        }

        if (givesUpWork)
            await RolledBackEarlyAsync(async).ConfigureAwait(false);
    }

    /// <summary>Where nothing uncommitted is left, nothing half-done is left either: the doom goes, and the hooks learn of the rollback.</summary>
    private async ValueTask RolledBackEarlyAsync(bool async, int hooksFrom = 0)
    {
        if (HasUncommittedWork())
            return;

        _doom = null;
        await RunHooksAfterAsync(HookMoment.RolledBack, hooksFrom, async).ConfigureAwait(false);
    }

    private bool HasUncommittedWork() => Array.Exists(Sessions(), enlisted => enlisted.Session!.HasUncommittedWork);

    private async ValueTask FlushAsync(Enlisted[] sessions, bool async, CancellationToken cancellationToken)
    {
        foreach (var enlisted in sessions)
        {
            enlisted.Session!.ThrowIfBusy();
            try
            {
                await enlisted.Session.FlushAsync(async, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (CommitFailure.DescribeFlush(exception, Name, enlisted.Connect.Name) is { } failure)
            {
                throw failure;
            }
        }
    }

    private ValueTask CommitSessionsAsync(Enlisted[] sessions, bool async)
        => Options.CommitMode is CommitMode.TwoPhase && sessions.Count(enlisted => enlisted.Session!.IsInTransaction) > 1
            ? CommitInTwoPhasesAsync(sessions, async)
            : CommitInOrderAsync(sessions, async);

    /// <summary>Commits in order of first use. When one fails, those after it are rolled back.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CommitInOrderAsync(Enlisted[] sessions, bool async)
    {
        List<string>? committed = null;
        for (var index = 0; index < sessions.Length; index++)
        {
            try
            {
                if (!await sessions[index].Session!.CommitAsync(async).ConfigureAwait(false))
                    continue;

                if (sessions.Length > 1)
                    (committed ??= []).Add(sessions[index].Connect.Name);
            }
            catch (Exception exception)
            {
                var failure = CommitFailure.Describe(exception, Name, sessions[index].Connect.Name) ?? exception;
                sessions[index].Doom = Doom.ByFailedCommit(sessions[index].Connect.Name, failure);
                var rolledBack = await RollbackRestAsync(sessions.AsMemory(index + 1), sessions[index].Doom, async).ConfigureAwait(false);
                if (committed is not null)
                {
                    DropHooks(UnitOfWorkState.PartlyCommitted);
                    throw new PartialCommitException(Name, committed, sessions[index].Connect.Name, rolledBack, failure);
                }

                if (rolledBack.Count > 0 && failure is CommitOutcomeUnknownException unknown)
                    throw unknown.WithRolledBack(rolledBack);
                if (failure != exception)
                    throw failure;
                throw;
            }
        }
    }

    private static async ValueTask<List<string>> RollbackRestAsync(ReadOnlyMemory<Enlisted> rest, Doom? failed, bool async)
    {
        var names = new List<string>();
        for (var index = 0; index < rest.Length; index++)
        {
            var enlisted = rest.Span[index];
            if (!enlisted.Session!.HasUncommittedWork)
                continue;

            // Its work is gone against the unit's will, so starting over with the failed one alone is not enough.
            names.Add(enlisted.Connect.Name);
            await enlisted.Session.RollbackAsync(async).ConfigureAwait(false);
            enlisted.Doom = failed;
        }

        return names;
    }
}
