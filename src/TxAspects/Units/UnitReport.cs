using System.Collections.Concurrent;
using System.Diagnostics;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Units.Ambient;
using TxAspects.Units.Sessions;

namespace TxAspects.Units;

/// <summary>
/// What a unit tells of itself: to those who watch it while it runs, and to those who ask for its outcome. There is none where nobody could
/// see it.
/// </summary>
internal sealed class UnitReport(UnitOfWork unit)
{
    private UnitTrace? _trace;
    private Positions? _positions;
    private ConcurrentDictionary<object, object?>? _items;

    public UnitOfWorkOutcome? Outcome { get; private set; }

    public Positions? Positions => _positions;

    /// <summary>What user code keeps here.</summary>
    public ConcurrentDictionary<object, object?> Items => LazyInitializer.EnsureInitialized(ref _items);

    public bool IsMeasuring => _trace is not null;

    public Activity? Span => _trace?.Span;

    /// <summary>Tells observers what happens; null where nobody observes.</summary>
    public Observation? Observation { get; private set; }

    /// <summary>Whether somebody sees the times of units. An observer of ends sees none of those that it opens itself.</summary>
    public static bool IsWanted(TxAspectsOptions processOptions)
        => Telemetry.IsHeard ||
           ((processOptions.OnEnded is not null || processOptions.Observers is not null) && !AmbientUnit.IsObserving);

    /// <summary>Tells the end to those who watch.</summary>
    public static void Conclude(UnitOfWork unit, Exception? failure)
    {
        unit.ProcessOptions.Watch?.Remove(unit);
        if (unit.EndState is UnitOfWorkState.Committed && unit.Report is not { IsMeasuring: true })
            return;

        var report = unit.Report ?? new UnitReport(unit);
        var outcome = report.Describe(failure);
        report._trace?.End(outcome, failure);
        unit.Keep(report);
        report.Observation?.Ended(outcome);
        if (unit.ProcessOptions.OnEnded is { } observer && !AmbientUnit.IsObserving)
            Tell(unit, observer, outcome);
    }

    /// <summary>Reads the clock from now on.</summary>
    public void Measure()
    {
        if (_trace is not null)
            return;

        var options = unit.ProcessOptions;
        _trace = new UnitTrace(options.TimeProvider, unit.Name);
        if (options.Observers is { } observers && !AmbientUnit.IsObserving)
            Observation = new Observation(unit, observers, options.TimeProvider, options.Log);
    }

    public void BodyEnded(bool returned)
    {
        if (_trace is not { Body: null })
            return;

        _trace.BodyEnded(returned);
        Observation?.Note(UnitStepKind.BodyEnd, returned ? "returned" : "left");
    }

    public ValueTask CommitAsync(Func<ValueTask> commit) => _trace!.CommitAsync(commit);

    /// <summary>A call has joined. Returns what ends with it; null where nobody observes.</summary>
    public UnitStep? Joined(CallName name)
    {
        Span?.AddEvent(new ActivityEvent(name.ToString()));
        return Observation?.Begin(UnitStepKind.Joined, name.ToString());
    }

    public void NotePosition(string connectName, string position, DbCluster cluster)
        => LazyInitializer.EnsureInitialized(ref _positions).Note(connectName, position, cluster);

    public UnitOfWorkOutcome Describe(Exception? failure) => Outcome ??= new UnitOfWorkOutcome
    {
        Id = unit.Id,
        Name = unit.Name,
        State = unit.EndState,
        Reason = unit.EndState is UnitOfWorkState.Committed ? null : ReasonOf(failure),
        Cause = failure is UnitOfWorkDoomedException { InnerException: { } cause } ? cause : failure,
        Attempt = unit.Attempt.Number,
        IsRepeated = unit.Next is not null,
        Connects = [.. (unit.Sessions?.AllEver() ?? [])
            .Select(enlisted => new ConnectOutcome(enlisted.Connect.Name, StateOf(enlisted, failure))
            {
                CommitObstacle = enlisted.CommitObstacle,
            })],
        Position = unit.Position,
        Duration = _trace?.Duration,
        BodyDuration = _trace?.Body,
        CommitDuration = _trace?.Commit,
    };

    private static void Tell(UnitOfWork unit, Action<UnitOfWorkOutcome> observer, UnitOfWorkOutcome outcome)
    {
        using var outside = AmbientUnit.Enter(new UnitNode(unit, UnitPlace.Observing, Mark: null, Deadline: null));
        try
        {
            observer(outcome);
        }
        catch (Exception exception)
        {
            unit.Log.HookFailed(unit.Name, exception);
        }
    }

    private string ReasonOf(Exception? failure) => failure switch
    {
        UnitOfWorkDoomedException doomed when doomed.UnitName == unit.Name => doomed.Reason,
        null when unit.Verdict?.Request is { } request => request.Reason,
        null or ScopeNotCompletedException => "it was left before its end",
        _ => $"it failed with {failure.GetType().Name}",
    };

    // A transaction whose end nobody saw, such as one that went with a context disposed by user code, was rolled back.
    private static UnitOfWorkState? StateOf(Enlisted enlisted, Exception? failure) => enlisted.Session!.Gate.State switch
    {
        UnitOfWorkState.Open => UnitOfWorkState.RolledBack,
        UnitOfWorkState.RolledBack when IsUnknown(failure, enlisted.Connect) => UnitOfWorkState.OutcomeUnknown,
        var state => state,
    };

    private static bool IsUnknown(Exception? failure, DbConnect connect)
        => (failure as CommitOutcomeUnknownException
            ?? failure?.InnerException as CommitOutcomeUnknownException)?.ConnectName == connect.Name;
}
