using TxAspects.Drivers;

namespace TxAspects.Dashboard.Recording;

/// <summary>What is kept of a unit: texts and numbers. What the unit itself is made of is let go at its end.</summary>
internal sealed class UnitRecord
{
    private const int MostFailures = 8;
    private const int MostConnects = 16;
    private const int MostWaits = 20;

    private readonly Lock _gate = new();    // protects all that changes
    private readonly StepBuffer _steps;
    private readonly List<HeldConnection> _held = [];
    private readonly List<LockWaitRecord> _waits = [];
    private List<(Exception Failure, string Call)>? _failures = [];    // null after the end
    private bool _isDoomed;
    private bool _returned;
    private int _roundTrips;
    private int _commands;
    private long _sqlTicks;

    public UnitRecord(ITxUnit unit, int steps, RequestPlace request, DateTimeOffset openedAt)
    {
        _steps = new StepBuffer(steps);
        (Id, Name) = (unit.Id, Texts.Bound(unit.Name, StepRecord.NameLength));
        (OpenedAt, Request) = (openedAt, request);
        (Attempt, PreviousAttempt) = (unit.Attempt, unit.PreviousAttempt);
        if (unit.Around is { } around)
            (Around, AroundName) = (around.Id, Texts.Bound(around.Name, StepRecord.NameLength));
        Settings = unit.Options.ReadOnly ? "read-only" : null;
    }

    public long Id { get; }

    public string Name { get; }

    public DateTimeOffset OpenedAt { get; }

    public RequestPlace Request { get; }

    public int Attempt { get; }

    public long? PreviousAttempt { get; }

    public long? Around { get; }

    public string? AroundName { get; }

    public string? Settings { get; }

    /// <summary>How it ended; null while it is open.</summary>
    public UnitEndRecord? End { get; private set; }

    public void Began(UnitStep step, Texts texts)
    {
        var record = new StepRecord(step, texts);
        lock (_gate)
        {
            _steps.Add(record);
            _isDoomed |= step.Kind is UnitStepKind.Doomed;
            _returned |= step is { Kind: UnitStepKind.BodyEnd, Name: "returned" };
            _roundTrips += record.RoundTrips;
            _commands += step.Kind is UnitStepKind.Command ? 1 : 0;
            if (record.Connect is { } connect && Hold(connect, step.Connect as DbConnect) is { } held)
                held.Began(record);
        }
    }

    public void Ended(UnitStep step)
    {
        lock (_gate)
        {
            if (step.Failure is { } failure && step.Kind is (UnitStepKind.Joined or UnitStepKind.Nested or UnitStepKind.Block or
                UnitStepKind.HookRun) && _failures is { Count: < MostFailures } failures)
                failures.Add((failure, Texts.Bound(step.Name, StepRecord.NameLength)));
            if (step.Kind is UnitStepKind.Command)
                _sqlTicks += step.Duration.GetValueOrDefault().Ticks;
            if (_steps.Find(step.Number) is not { } record)
                return;

            record.End(step);
            if (record.Connect is { } connect)
                _held.Find(held => held.Connect == connect)?.Ended(record);
            if (step.Kind is UnitStepKind.Command)
                _waits.ForEach(wait => wait.EndWith(record));
        }
    }

    public void Ended(UnitOfWorkOutcome outcome, Texts texts)
    {
        lock (_gate)
        {
            var call = outcome.Cause is { } cause ? FindCall(cause) : null;
            End = UnitEndRecord.Of(outcome, call, isDoomed: _isDoomed && _returned, texts);
            _failures = null;
            _held.Clear();
        }
    }

    /// <summary>Somebody looked who waits for whom while a command of this unit runs.</summary>
    public void Waits(string connect, IReadOnlyList<LockWait> waits, Func<LockWait, string> describe)
    {
        lock (_gate)
        {
            if (_held.Find(one => one.Connect == connect) is not { Running: { } running, ServerProcess: { } process })
                return;

            foreach (var wait in waits.Where(wait => wait.Waiting == process))
            {
                var blocker = describe(wait);
                if (_waits.Count < MostWaits && !_waits.Exists(known => known.IsOf(running, blocker)))
                    _waits.Add(new LockWaitRecord(running, blocker));
            }
        }
    }

    /// <summary>Reads what changes.</summary>
    public T Read<T>(Func<UnitContents, T> read)
    {
        lock (_gate)
            return read(new UnitContents(_steps, _held, _waits, _roundTrips, _commands, TimeSpan.FromTicks(_sqlTicks), _isDoomed));
    }

    private HeldConnection? Hold(string connect, DbConnect? source)
    {
        var held = _held.Find(one => one.Connect == connect);
        if (held is null && _held.Count < MostConnects && End is null)
            _held.Add(held = new HeldConnection(connect));
        held?.Source = source;
        return held;
    }

    // The calls are told of from the innermost outwards, so the first one that this exception left is where it comes from.
    private string? FindCall(Exception cause)
    {
        foreach (var (failure, call) in _failures ?? [])
        {
            if (FailureRecord.Causes(failure).Intersect(FailureRecord.Causes(cause)).Any())
                return call;
        }

        return null;
    }
}
