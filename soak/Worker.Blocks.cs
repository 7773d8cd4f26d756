namespace TxAspects.Soak;

/// <content>Blocks in calls and blocks.</content>
public sealed partial class Worker
{
    private async ValueTask BlockAsync(Place place)
    {
        if (place.Depth >= DeepestCall)
            return;

        var unit = place.Unit!;
        var connect = AnyConnect(place);
        var name = connect.Name;
        var when = Pick(place.Random, WhenInTransaction.Commit, WhenInTransaction.Rollback, WhenInTransaction.Join, WhenInTransaction.Throw,
            WhenInTransaction.Savepoint, WhenInTransaction.Savepoint);
        var had = unit.HasPending(name);
        var mayHave = unit.Hooks.IsUsed(name);
        var joins = when is WhenInTransaction.Join && had;
        var since = 0;
        var asked = (OfUnit: unit.Asked, OfCall: place.Call.Asked);
        var (began, bodyReturned, bodyEndedLate) = (false, false, false);
        Tell(place, $"block {when} on {name}");
        Figures.Count("blocks");
        if (when is WhenInTransaction.Savepoint)
            unit.Hooks.Use(name);
        try
        {
            if (place.Async)
                await Tx.AtomicAsync(connect, _ => RunAsync().AsTask(), when);
            else
                Tx.Atomic(connect, _ => Complete(RunAsync()), when);
        }
        catch (Exception exception)
        {
            Tell(place, $"block {when} throws {exception.GetType().Name}: {exception.Message}");
            if (began)
                Threw(exception);
            else
                NeverBegan(exception);
            throw;
        }

        Tell(place, $"block {when} returns");
        if (when is WhenInTransaction.Savepoint)
            return;

        if (bodyEndedLate)
            Ledger.Report($"Operation {_operation}: a block committed after the deadline.");
        unit.Commit(name);
        if (when is WhenInTransaction.Join && !had && mayHave)
            unit.Hooks.Blur();
        unit.Hooks.End(name, HookFate.Committed, joins ? 0 : since);

        async ValueTask RunAsync()
        {
            began = true;
            if (when is WhenInTransaction.Commit)
                unit.Commit(name);
            else if (when is WhenInTransaction.Rollback)
                unit.Discard(name);
            else if (when is WhenInTransaction.Throw && had)
                Ledger.Report($"Operation {_operation}: a block with Throw ran in an open transaction.");
            TellHooksOfBegin();
            since = unit.Sequence;
            await BodyAsync(place with { Depth = place.Depth + 1 });
            bodyReturned = true;
            bodyEndedLate = place.IsLate && unit.HasPending(name);
        }

        // Earlier work takes its hooks along; where there was none, they wait.
        void TellHooksOfBegin()
        {
            if (when is not (WhenInTransaction.Commit or WhenInTransaction.Rollback))
                return;

            if (!had && (mayHave || when is WhenInTransaction.Rollback))
                unit.Hooks.Blur();
            else if (had)
                unit.Hooks.End(name, when is WhenInTransaction.Commit ? HookFate.Committed : HookFate.RolledBack);
        }

        void NeverBegan(Exception exception)
        {
            if (when is WhenInTransaction.Rollback)
            {
                unit.Doubt(name);
                unit.Hooks.Blur();
            }
            else
            {
                unit.CommitFailed(exception, name);
            }
        }

        void TakeRequestBack()
        {
            unit.MayHaveAsked |= unit.Asked && !asked.OfUnit;
            place.Call.MayHaveAsked |= place.Call.Asked && !asked.OfCall;
            (unit.Asked, place.Call.Asked) = asked;
        }

        void Threw(Exception exception)
        {
            // A block around it may have begun the transaction, which it joins then and gives up as a whole.
            if (when is WhenInTransaction.Join && !had && mayHave)
                unit.Hooks.Blur();
            if (bodyReturned)
                unit.CommitFailed(exception, name, joins ? 0 : since);
            if (joins)
                unit.Break(name, since: 0);
            else
                unit.Discard(name, since);
            unit.Hooks.Undo(since);
            TakeRequestBack();
        }
    }
}
