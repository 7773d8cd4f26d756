using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>Commits: early ones, and the end of a unit.</summary>
internal sealed class ModelCompletion(Choices choices, ModelRows rows)
{
    /// <summary>Commits one connect or all, with the hooks of the unit or of one block.</summary>
    public async Task CommitEarlyAsync(Place place, int? connect, Step step, Node? hooksOf = null)
    {
        var unit = place.Unit;
        unit.ThrowIfDoomed();
        ThrowIfInUse(unit, unit.SessionsOf(connect), place.Node, step);
        for (var isPending = true; isPending;)
        {
            isPending = await RunHooksAsync(place, connect, hooksOf);
            unit.ThrowIfDoomed();
            var pending = unit.SessionsOf(connect);
            if (unit.IsLateFor(place.Node) &&
                (pending.Any(session => session.HasUncommittedWork) || choices.Threw(step, Results.Late)))
                unit.ThrowIfLate(place.Node);
            isPending |= pending.Any(session => session.HasChanges);
            unit.Flush(pending, place.Node);
            unit.ThrowIfDoomed();
        }

        var sessions = unit.SessionsOf(connect);
        foreach (var mark in sessions.SelectMany(
            session => unit.MarksBeside(place.Node, session).Where(mark => session.HasRowsOf(mark.Node))))
            mark.LostRows ??= false;    // A hook of that call has just written them.
        rows.Keep(unit.Commit(sessions));
        if (!unit.HasUncommittedWork)
            await unit.Hooks.RunAfterAsync(HookMoment.Committed, hooksOf);
    }

    /// <summary>One round of hooks before an early commit; one that throws rolls back.</summary>
    private async Task<bool> RunHooksAsync(Place place, int? connect, Node? hooksOf)
    {
        var unit = place.Unit;
        try
        {
            return await unit.Hooks.RunCommittingAsync(hooksOf, place);
        }
        catch
        {
            var alive = unit.SessionsOf(connect).SelectMany(session => session.Transaction?.Entries ?? []).Where(entry => entry.IsAlive);
            if (hooksOf is not null && alive.SelectMany(entry => entry.Rows).Any(row => !row.Writer.IsIn(hooksOf)))
                choices.LeaveOpen("What becomes of another flow's rows where a hook of a block throws before its commit.");
            await unit.RollBackEarlyAsync(place.Node, connect, hooksOf);
            throw;
        }
    }

    /// <summary>
    /// A commit would keep half of what another flow may still undo, so it is refused where that flow has rows; where it has none, both
    /// are right.
    /// </summary>
    private void ThrowIfInUse(ModelUnit unit, IReadOnlyList<ModelSession> sessions, Node node, Step step)
    {
        var beside = sessions.SelectMany(session => unit.MarksBeside(node, session).Select(mark => (session, mark))).ToArray();
        if (beside.Any(one => one.session.HasRowsOf(one.mark.Node)) || (beside.Length > 0 && choices.Threw(step, Results.InUse)))
            throw new ModelException(Results.InUse);
    }

    /// <summary>Ends a unit whose body returned; throws where it cannot commit.</summary>
    public async Task CompleteAsync(ModelUnit unit, Step step, int attempt)
    {
        ModelException? failure = null;
        var state = UnitOfWorkState.RolledBack;
        try
        {
            if (unit.Requests.Exists(request => request.MayBeTaken) && choices.Threw(step, Results.Doomed))
                throw unit.FindDoom() ?? new ModelException(Results.Doomed);
            for (var isPending = true; isPending && CanCommit(unit);)
            {
                isPending = await unit.Hooks.RunCommittingAsync(of: null, new Place(unit, unit.Root));
                if (!CanCommit(unit))
                    break;

                isPending |= unit.Sessions.Exists(session => session.HasChanges);
                unit.Flush(unit.Sessions, unit.Root);
            }

            if (CanCommit(unit))
            {
                if (unit.IsLate && unit.HasCommitted && !unit.HasUncommittedWork)
                    choices.LeaveOpen("What a unit answers that is late after it has committed everything early.");
                unit.ThrowIfLate(unit.Root);
                rows.Keep(unit.Commit(unit.Sessions));
                state = UnitOfWorkState.Committed;
            }
        }
        catch (ModelException exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            await EndAsync(unit, state, failure, attempt);
        }
    }

    /// <summary>Ends a unit whose body threw. The exception reaches the caller whatever happens here.</summary>
    public async Task FailAsync(ModelUnit unit, ModelException exception, Step step, int attempt)
    {
        if (!unit.Call.Tolerates || !exception.IsTolerated || unit.IsDoomed || unit.Requests.Count > 0)
        {
            await EndAsync(unit, UnitOfWorkState.RolledBack, exception, attempt);
            return;
        }

        try
        {
            await CompleteAsync(unit, step, attempt);
        }
        catch (ModelException)
        {
            // Logged: the exception of the body wins.
        }
    }

    public async Task EndAsync(ModelUnit unit, UnitOfWorkState state, ModelException? failure, int attempt)
    {
        unit.IsRepeated = failure is { IsTransient: true } && attempt <= unit.Call.MaxRetries &&
            !unit.IsDurable && !unit.IsLate && unit.Requests.Count == 0;
        unit.State = state;
        unit.Sessions.Clear();
        if (unit.IsRepeated)
            return;

        await unit.Hooks.RunAfterAsync(state is UnitOfWorkState.Committed ? HookMoment.Committed : HookMoment.RolledBack);
        await unit.Hooks.RunUndoneAsync();
    }

    private static bool CanCommit(ModelUnit unit)
        => unit.Requests.Count == 0 && (unit.FindDoom() is { } doom ? throw doom : true);
}
