using TxAspects.Model.Tests.Flows;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests.Model;

/// <summary>Calls by the table of propagation, and atomic blocks by the table of modes.</summary>
internal sealed class ModelCalls(
    Choices choices, Marks marks, ModelCompletion completion, ModelRows rows, ModelClock clock, Action<Step, string> unitEnded)
{
    public async Task CallAsync(Step step, Place? around, Func<object?, Task> body)
    {
        var due = DueOf(step);
        for (var attempt = 1; ; attempt++)
        {
            var call = Begin(step, around, due, attempt);
            try
            {
                await RunAsync(step, call, body);
            }
            catch (ModelException) when (call.IsRepeated)
            {
                continue;
            }
            catch (ModelException)
            {
                TellEnd(step, call);
                throw;
            }

            TellEnd(step, call);
            return;
        }
    }

    public void TellEnd(Step step, ModelCall call)
    {
        if (call.Outcome is { } outcome)
            unitEnded(step, outcome);
    }

    public double? DueOf(Step step) => step.Call!.Seconds is { } seconds ? clock.Now + seconds + 0.5 : null;

    /// <exception cref="ModelException">The propagation does not allow the call here.</exception>
    public ModelCall Begin(Step step, Place? around, double? due, int attempt)
    {
        switch (step.Call!.Propagation)
        {
            case Propagation.NotSupported:
            case Propagation.Supports when around is null:
                return new PlainCall(step);
            case Propagation.Never:
                return around is null ? new PlainCall(step) : throw new ModelException(Results.UnitOpen);
            case Propagation.Mandatory when around is null:
                throw new ModelException(Results.NoUnit);
            case Propagation.Nested when around is not null:
                return new NestedCall(step, around, due, clock, marks);
            case Propagation.Required or Propagation.Mandatory or Propagation.Supports when around is not null:
                return new JoinedCall(step, around, due, clock, choices);
            default:
                return new OpeningCall(step, new ModelUnit(step.Name, step.Call, due, around?.Unit, clock, choices), completion, attempt);
        }
    }

    public async Task BlockAsync(Step step, Place place, Func<object?, Task> body)
    {
        var unit = place.Unit;
        var session = unit.Enlist(step.Connect, place.Node, rows);
        var node = new Node(place.Node, "LibraryWorld.BlockAsync") { HasMark = true };
        if (step.Mode is WhenInTransaction.Savepoint)
        {
            var savepoint = marks.Set(unit, place.Node, node, step.Connect, step);
            await RunAsync(step, unit, savepoint, joins: false, body, KeepAsync);
            return;

            Task KeepAsync()
            {
                marks.Keep(unit, savepoint, step);
                return Task.CompletedTask;
            }
        }

        var joins = session.HasUncommittedWork || (step.Mode is WhenInTransaction.Rollback && unit.IsDoomed)
            ? await PrepareAsync(step, place)
            : false;
        unit.ThrowIfDoomed();
        var mark = Marks.Begin(unit, node, step.Connect);
        await RunAsync(step, unit, mark, joins, body, CommitAsync);

        // The hooks of the block alone, unless all of the transaction is committed with it.
        async Task CommitAsync()
        {
            await completion.CommitEarlyAsync(place with { Node = node }, step.Connect, step, joins ? null : node);
            unit.OpenMarks.Remove(mark);
        }
    }

    private static async Task RunAsync(Step step, ModelCall call, Func<object?, Task> body)
    {
        try
        {
            await body(call.Place);
        }
        catch (ModelException exception)
        {
            await call.ThrowAsync(exception);
            throw;
        }

        if (step.Call!.Leaves && step.Call.Entry is CallEntry.Scope)
            await LeaveScopeAsync(call);
        else
            await call.ReturnAsync();
    }

    /// <summary>A scope that was not completed rolls back without an exception, or dooms the unit that it joined.</summary>
    private static Task LeaveScopeAsync(ModelCall call) => call.ThrowAsync(new ModelException("scope not completed"));

    private async Task<bool> PrepareAsync(Step step, Place place)
    {
        switch (step.Mode)
        {
            case WhenInTransaction.Commit:
                await completion.CommitEarlyAsync(place, step.Connect, step);
                return false;
            case WhenInTransaction.Rollback:
                await place.Unit.RollBackEarlyAsync(place.Node, step.Connect);
                return false;
            case WhenInTransaction.Throw:
                throw new ModelException(Results.TransactionOpen);
            default:
                return true;
        }
    }

    private async Task RunAsync(Step step, ModelUnit unit, Mark mark, bool joins, Func<object?, Task> body, Func<Task> finish)
    {
        try
        {
            await body(new Place(unit, mark.Node));
            marks.ThrowIfDoomed(unit, mark, step);
            await finish();
        }
        catch (ModelException exception)
        {
            if (joins)
                LoseAll(unit, mark, exception);
            else
                marks.Undo(unit, mark, step);
            throw;
        }
    }

    /// <summary>A block that joined rolls back all of the transaction, and dooms.</summary>
    private void LoseAll(ModelUnit unit, Mark mark, ModelException exception)
    {
        unit.OpenMarks.Remove(mark);
        if (unit.SessionsOf(mark.Connect).FirstOrDefault() is not { } session)
        {
            // Its session was closed in it; whether the doom is the unit's then is asked of the library by nobody.
            choices.LeaveOpen("What a joined block dooms whose session was closed in it.");
            return;
        }

        var lost = session.Transaction?.Entries ?? [];
        unit.Dooms.RemoveAll(doom => doom.Session == session);
        marks.GiveUp(unit, mark);
        unit.Cut(session, mark.Node);
        session.RollBack();
        unit.Dooms.Add(new Doom(DoomKind.JoinedBlock, mark.Node, session) { Lost = lost, IsTransient = exception.IsTransient });
        unit.Hooks.Undo(mark.Node);
    }
}
