using System.Data;

namespace TxAspects.Soak;

/// <content>Calls in calls, blocks in blocks.</content>
public sealed partial class Worker
{
    private const int DeepestCall = 5;

    private ValueTask CallDeeperAsync(Place place)
        => place.Depth >= DeepestCall
            ? default
            : CallAsync(
                place with { Depth = place.Depth + 1 },
                Pick(
                    place.Random, Propagation.Required, Propagation.Required, Propagation.Nested, Propagation.Nested, Propagation.RequiresNew,
                    Propagation.Mandatory, Propagation.Supports, Propagation.NotSupported, Propagation.Never));

    private async ValueTask CallAsync(Place place, Propagation propagation)
    {
        var outer = place.Unit;
        var kind = KindOf(propagation, outer);
        UnitModel? opened = null;
        CallModel? call = null;
        var bodyReturned = false;
        var inner = place with { Async = place.Async && place.Random.Next(5) > 0 };
        Tell(place, $"{propagation} {(inner.Async ? "async" : "sync")}");
        Figures.Count(inner.Async ? "asynchronous calls" : "synchronous calls");
        try
        {
            if (inner.Async)
                await InvokeAsync(place, propagation, () => RunAsync().AsTask());
            else
                Invoke(place, propagation, () => Complete(RunAsync()));
        }
        catch (Exception exception)
        {
            Tell(place, $"{propagation} throws {exception.GetType().Name}: {exception.Message}");
            if (opened is not null)
            {
                opened.Threw(exception, bodyReturned);
                Figures.Count("units that threw");
                Figures.Count($"unit threw: {exception.GetType().Name}");
            }
            else if (call?.Kind is CallKind.Nested)
            {
                if (bodyReturned)
                    outer!.CommitFailed(exception);
                outer!.Discard(connect: null, call.Since);
            }
            else if (call?.Kind is CallKind.Joined)
            {
                outer!.Break(connect: null, call.Since);
            }

            throw;
        }

        Tell(place, $"{propagation} returns");
        if (opened is not null)
        {
            opened.Returned();
            Figures.Count(opened.Unit.State is UnitOfWorkState.Committed ? "units committed" : "units rolled back as asked");
        }
        else if (call is { Kind: CallKind.Nested, Asked: true })
        {
            outer!.Discard(connect: null, call.Since);
        }
        else if (call is { Kind: CallKind.Joined, Asked: true })
        {
            outer!.Break(connect: null, call.Since);
        }

        async ValueTask RunAsync()
        {
            bodyReturned = false;
            if (kind is null)
                Ledger.Report($"Operation {_operation}: {propagation} ran {(outer is null ? "without" : "in")} a unit.");
            if (kind is CallKind.Opened)
            {
                if (opened is not null)
                {
                    opened.Repeated();
                    Tell(place, "repeats");
                    Figures.Count("repeats");
                }

                opened = new UnitModel(Ledger, _operation, Tx.Current!);
                if (opened.Unit.Id == outer?.Unit.Id)
                    Ledger.Report($"Operation {_operation}: {propagation} joined a unit.");
            }

            var unit = opened ?? (kind is CallKind.Without ? null : outer);
            call = new CallModel(kind ?? CallKind.Without, unit?.Sequence ?? 0);
            await BodyAsync(inner with { Unit = unit, Call = call });
            bodyReturned = true;
        }
    }

    /// <summary>What such a call must do; null where it must be refused.</summary>
    private static CallKind? KindOf(Propagation propagation, UnitModel? unit) => propagation switch
    {
        Propagation.RequiresNew => CallKind.Opened,
        Propagation.Required => unit is null ? CallKind.Opened : CallKind.Joined,
        Propagation.Nested => unit is null ? CallKind.Opened : CallKind.Nested,
        Propagation.Mandatory => unit is null ? null : CallKind.Joined,
        Propagation.Supports => unit is null ? CallKind.Without : CallKind.Joined,
        Propagation.NotSupported => CallKind.Without,
        _ => unit is null ? CallKind.Without : null,
    };

    private async ValueTask InvokeAsync(Place place, Propagation propagation, Func<Task> body)
    {
        var calls = Proxy(place);
        if (calls is null)
        {
            await Tx.RunAsync(body, Options(place, propagation));
            return;
        }

        switch (propagation)
        {
            case Propagation.Required when place.Unit is null && place.Random.Next(4) == 0:
                await StreamAsync(calls, body, place.Random.Next(3));
                break;
            case Propagation.Required when place.Random.Next(2) == 0:
                await calls.RepeatedAsync(body);
                break;
            case Propagation.Required:
                await calls.RequiredAsync(body);
                break;
            case Propagation.RequiresNew:
                await calls.NewContextAsync(body);
                break;
            case Propagation.Nested:
                await calls.NestedAsync(body);
                break;
            case Propagation.Mandatory:
                await calls.MandatoryAsync(body);
                break;
            case Propagation.Supports:
                await calls.SupportsAsync(body);
                break;
            case Propagation.NotSupported:
                await calls.NotSupportedAsync(body);
                break;
            default:
                await calls.NeverAsync(body);
                break;
        }
    }

    /// <summary>The body is the first step of a sequence, which must roll back when it is left early.</summary>
    private async Task StreamAsync(ICalls calls, Func<Task> body, int leaveAfter)
    {
        var leavesEarly = false;
        var isFirst = true;
        await foreach (var number in calls.StreamAsync(StepAsync, count: 2))
        {
            if (Tx.IsOpen)
                Ledger.Report($"Operation {_operation}: the unit of a sequence is ambient in its consumer.");
            leavesEarly = number == leaveAfter;
            if (leavesEarly)
                break;
        }

        if (leavesEarly)
            throw new StreamLeftException();

        Task StepAsync()
        {
            var runs = isFirst;
            isFirst = false;
            return runs ? body() : Task.CompletedTask;
        }
    }

    private void Invoke(Place place, Propagation propagation, Action body)
    {
        var calls = Proxy(place);
        if (calls is null)
        {
            Tx.Run(body, Options(place, propagation));
            return;
        }

        Action<Action> method = propagation switch
        {
            Propagation.Required => place.Random.Next(2) == 0 ? calls.Repeated : calls.Required,
            Propagation.RequiresNew => calls.NewContext,
            Propagation.Nested => calls.Nested,
            Propagation.Mandatory => calls.Mandatory,
            Propagation.Supports => calls.Supports,
            Propagation.NotSupported => calls.NotSupported,
            _ => calls.Never,
        };
        method(body);
    }

    private ICalls? Proxy(Place place) => Pick(place.Random, target.InterfaceProxy, target.ClassProxy, null);

    private static UnitOfWorkOptions Options(Place place, Propagation propagation) => new()
    {
        Name = "Soak",
        Propagation = propagation,
        MaxRetries = place.Random.Next(3),
        IsolationLevel = place.Unit is null && place.Random.Next(3) == 0 ? IsolationLevel.Serializable : IsolationLevel.Unspecified,
    };

    private async ValueTask BlockAsync(Place place)
    {
        if (place.Depth >= DeepestCall)
            return;

        var unit = place.Unit!;
        var connect = AnyConnect(place);
        var name = connect.Name;
        var when = Pick(place.Random, WhenInTransaction.Commit, WhenInTransaction.Rollback, WhenInTransaction.Join, WhenInTransaction.Throw, WhenInTransaction.Savepoint, WhenInTransaction.Savepoint);
        var had = unit.HasPending(name);
        var since = 0;
        var (began, bodyReturned) = (false, false);
        Tell(place, $"block {when} on {name}");
        Figures.Count("blocks");
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
            if (!began)
            {
                if (when is WhenInTransaction.Rollback)
                    unit.Doubt(name);
                else if (when is WhenInTransaction.Commit)
                    unit.CommitFailed(exception);
                throw;
            }

            if (bodyReturned)
                unit.CommitFailed(exception);
            if (when is WhenInTransaction.Join && had)
                unit.Break(name, since: 0);
            else
                unit.Discard(name, since);
            throw;
        }

        Tell(place, $"block {when} returns");
        if (when is not WhenInTransaction.Savepoint)
            unit.Commit(name);

        async ValueTask RunAsync()
        {
            began = true;
            if (when is WhenInTransaction.Commit)
                unit.Commit(name);
            else if (when is WhenInTransaction.Rollback)
                unit.Discard(name);
            else if (when is WhenInTransaction.Throw && had)
                Ledger.Report($"Operation {_operation}: a block with Throw ran in an open transaction.");
            since = unit.Sequence;
            await BodyAsync(place with { Depth = place.Depth + 1 });
            bodyReturned = true;
        }
    }

    /// <summary>Two units of their own at the same time, inside the one that is open.</summary>
    private async ValueTask BranchAsync(Place place)
    {
        if (!place.Async || place.Depth >= DeepestCall)
            return;

        var branches = new List<Task>();
        for (var number = 0; number < 2; number++)
        {
            var branch = place with { Depth = DeepestCall, Random = new Random(place.Random.Next()) };
            branches.Add(Task.Run(() => CallAsync(branch, Propagation.RequiresNew).AsTask()));
        }

        await Task.WhenAll(branches);
    }

    /// <summary>A synchronous body never waits for a task, so it is over when it returns.</summary>
    private static void Complete(ValueTask body)
    {
        if (!body.IsCompleted)
            throw new InvalidOperationException("A synchronous body did not complete at once.");

        body.GetAwaiter().GetResult();
    }
}
