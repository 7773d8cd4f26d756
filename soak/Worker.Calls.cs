using System.Diagnostics;

namespace TxAspects.Soak;

/// <content>Calls in calls.</content>
public sealed partial class Worker
{
    private const int DeepestCall = 5;
    private static readonly long Slack = Stopwatch.Frequency / 10;    // timers fire a little early

    private ValueTask CallDeeperAsync(Place place)
        => place.Depth >= DeepestCall
            ? default
            : CallAsync(
                place with { Depth = place.Depth + 1 },
                Pick(
                    place.Random, Propagation.Required, Propagation.Required, Propagation.Nested, Propagation.Nested,
                    Propagation.RequiresNew,
                    Propagation.Mandatory, Propagation.Supports, Propagation.NotSupported, Propagation.Never));

    private async ValueTask CallAsync(Place place, Propagation propagation)
    {
        var outer = place.Unit;
        var kind = KindOf(propagation, outer);
        var way = Way.Any(place, propagation);
        UnitModel? opened = null;
        CallModel? call = null;
        var due = long.MaxValue;
        var (bodyReturned, isLate) = (false, false);
        var inner = place with { Async = place.Async && place.Random.Next(5) > 0 };
        Tell(place, $"{way.Entry} {propagation} {way.Declared} " +
                    $"{(inner.Async ? "async" : "sync")}{(way.Timeout is { } limit ? $" within {limit.TotalMilliseconds:f0} ms" : "")}");
        Figures.Count(inner.Async ? "asynchronous calls" : "synchronous calls");
        if (!inner.Async)
            outer?.Hooks.BlurAwaited();
        if (kind is CallKind.Nested)
            outer!.Hooks.Use(target.Master.Name, target.Archive.Name);
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (inner.Async)
                await InvokeAsync(way, () => RunAsync().AsTask());
            else
                Invoke(way, () => Complete(RunAsync()));
        }
        catch (Exception exception)
        {
            Tell(place, $"{propagation} throws {exception.GetType().Name}: {exception.Message}");
            if (exception is UnitOfWorkTimeoutException timeout && timeout.Timeout == way.Timeout &&
                Stopwatch.GetElapsedTime(start) < way.Timeout * 0.85 && Stopwatch.GetTimestamp() < place.Due - Slack)
                Ledger.Report($"Operation {_operation}: a call was late before its time.");
            Threw(exception);
            throw;
        }

        Tell(place, $"{propagation} returns");
        if (isLate && call!.Kind is not CallKind.Without && opened is not ({ Asked: true } or { MayHaveAsked: true }) && !way.LeavesScope)
            Ledger.Report($"Operation {_operation}: a call returned after its deadline.");
        if (opened is not null)
        {
            opened.Returned();
            Figures.Count(opened.Unit.State is UnitOfWorkState.Committed ? "units committed" : "units rolled back as asked");
        }
        else if (call is { Kind: CallKind.Nested, Asked: true })
        {
            outer!.Discard(connect: null, call.Since);
            outer.Hooks.Undo(call.Since);
        }
        else if (call is { Kind: CallKind.Nested, MayHaveAsked: true })
        {
            outer!.Doubt(connect: null, call.Since);
            outer.Hooks.Blur(call.Since);
        }
        else if (call is { Kind: CallKind.Joined } && (call.Asked || way.LeavesScope))
        {
            outer!.Break(connect: null, call.Since);
        }

        async ValueTask RunAsync()
        {
            bodyReturned = false;
            if (kind is null)
                Ledger.Report($"Operation {_operation}: {propagation} ran {(outer is null ? "without" : "in")} a unit.");
            if (kind is CallKind.Opened)
                opened = Open(inner, opened);
            if (due == long.MaxValue && way.Timeout is { } time)
                due = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);

            var unit = opened ?? (kind is CallKind.Without ? null : outer);
            call = new CallModel(kind ?? CallKind.Without, unit?.Sequence ?? 0);
            try
            {
                await BodyAsync(inner with { Unit = unit, Call = call, Due = unit == outer ? Math.Min(due, place.Due) : due });
                bodyReturned = true;
                if (opened is not null)
                    opened.Asked |= way.ReturnsFailure || way.LeavesScope;
                else if (kind is CallKind.Nested)
                    call.Asked |= way.ReturnsFailure || way.LeavesScope;
            }
            finally
            {
                isLate = Stopwatch.GetTimestamp() >= due;
            }
        }

        void Threw(Exception exception)
        {
            var commits = !bodyReturned && way.CommitsOn(exception) && !isLate;
            if (opened is not null)
            {
                Figures.Count("units that threw");
                Figures.Count($"unit threw: {exception.GetType().Name}");
                if (opened.Unit.State is UnitOfWorkState.Committed && !commits)
                    Ledger.Report($"Operation {_operation}: a unit committed although it threw " +
                                  $"{exception.GetType().Name}{(isLate ? " after its deadline" : "")}.");
                if (opened.Unit.State is UnitOfWorkState.Committed)
                    Figures.Count("units committed with an exception");
                if (commits)
                    opened.ThrewTolerated();
                else
                    opened.Threw(exception, bodyReturned);
            }
            else if (call?.Kind is CallKind.Nested && commits && outer!.HasBroken(call.Since))
            {
                // What failed inside it forbids to keep any of it, whatever its own rules say of the exception.
                outer.Discard(connect: null, call.Since);
                outer.Hooks.Undo(call.Since);
            }
            else if (call?.Kind is CallKind.Nested && commits)
            {
                // Kept, or undone where that failed, which nobody is told.
                outer!.Doubt(connect: null, call.Since);
                outer.Hooks.Blur(call.Since);
            }
            else if (kind is CallKind.Nested)
            {
                if (bodyReturned || call is null)
                    outer!.CommitFailed(exception, connect: null);
                if (call is null)
                    return;
                outer!.Discard(connect: null, call.Since);
                outer.Hooks.Undo(call.Since);
            }
            else if (call?.Kind is CallKind.Joined && (!commits || call.Asked))
            {
                outer!.Break(connect: null, call.Since);
            }
        }
    }

    /// <summary>The model of the unit that a call has just opened, for the first time or again.</summary>
    private UnitModel Open(Place place, UnitModel? before)
    {
        if (before is not null)
        {
            before.Repeated();
            Tell(place, "repeats");
            Figures.Count("repeats");
        }

        var opened = new UnitModel(Ledger, _operation, Tx.Current!, isSynchronous: !place.Async);
        if (opened.Unit.Id == place.Unit?.Unit.Id)
            Ledger.Report($"Operation {_operation}: a call joined a unit where it should have opened one.");
        return opened;
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
