using System.Diagnostics;
using TxAspects.Connections;
using TxAspects.Diagnostics;

namespace TxAspects.UnitsOfWork;

/// <content>What the unit tells of its end.</content>
internal sealed partial class UnitOfWork
{
    private UnitTrace? _trace;
    private UnitOfWorkOutcome? _outcome;
    private Rarities? _rarities;

    /// <summary>Made at the end where somebody waits for it or something went wrong, else when it is asked for.</summary>
    public UnitOfWorkOutcome? Outcome
        => _outcome ?? (_state is UnitOfWorkState.Committed ? _outcome = Describe(failure: null) : null);

    public string? Position => _rarities?.Positions?.Join(ReadAfter);

    /// <summary>It counts for the units around as well: who reads after them is to see what was committed inside.</summary>
    public void NotePosition(string connectName, string position, DbCluster cluster)
    {
        for (var unit = this; unit is not null; unit = unit.Around)
            LazyInitializer.EnsureInitialized(ref unit.Rare.Positions).Note(connectName, position, cluster);
    }

    private Rarities Rare => LazyInitializer.EnsureInitialized(ref _rarities);

    public Activity? Span => _trace?.Span;

    /// <summary>Reads the clock from now on, because somebody can see the times.</summary>
    public void Measure() => _trace ??= new UnitTrace(Process.TimeProvider, Name);

    public bool IsBusy => Array.Exists(OpenSessions(), session => session.IsBusy);

    public Session[] OpenSessions() => Array.ConvertAll(Sessions(), enlisted => enlisted.Session!);

    private ValueTask CommitTracedAsync(Enlisted[] sessions, bool async)
        => _trace is not null && Array.Exists(sessions, enlisted => enlisted.Session!.IsInTransaction)
            ? CommitSeenAsync(_trace, sessions, async)
            : CommitSessionsAsync(sessions, async);

    // A method of its own, so that the closure is made only here.
    private ValueTask CommitSeenAsync(UnitTrace trace, Enlisted[] sessions, bool async)
        => trace.CommitAsync(() => CommitSessionsAsync(sessions, async));

    private void Conclude(Exception? failure)
    {
        Process.Watch?.Remove(this);
        if (_state is UnitOfWorkState.Committed && _trace is null)
            return;

        _outcome = Describe(failure);
        _trace?.End(_outcome, failure);
        if (Process.OnEnded is not { } observer)
            return;

        using var outside = AmbientUnit.Enter(new UnitNode(this, UnitPlace.AfterEnd));
        try
        {
            observer(_outcome);
        }
        catch (Exception exception)
        {
            Log.HookFailed(Name, exception);
        }
    }

    private UnitOfWorkOutcome Describe(Exception? failure) => new()
    {
        Id = Id,
        Name = Name,
        State = _state,
        Reason = _state is UnitOfWorkState.Committed ? null : ReasonOf(failure),
        Cause = failure is UnitOfWorkDoomedException { InnerException: { } cause } ? cause : failure,
        Attempt = Attempt,
        IsRepeated = Next is not null,
        Connects = [.. (_rarities?.Left ?? []).Concat(Sessions()).Select(enlisted => new ConnectOutcome(enlisted.Connect.Name, StateOf(enlisted, failure)))],
        Position = Position,
        Duration = _trace?.Duration,
        BodyDuration = _trace?.Body,
        CommitDuration = _trace?.Commit,
    };

    private string ReasonOf(Exception? failure) => failure switch
    {
        UnitOfWorkDoomedException doomed when doomed.UnitName == Name => doomed.Reason,
        null when _rollbackOnly is { } request => request.Reason,
        null or ScopeNotCompletedException => "it was left before its end",
        _ => $"it failed with {failure.GetType().Name}",
    };

    // A transaction whose end nobody saw, such as one that went with a context disposed by user code, was rolled back.
    private static UnitOfWorkState? StateOf(Enlisted enlisted, Exception? failure) => enlisted.Session!.TransactionState switch
    {
        UnitOfWorkState.Open => UnitOfWorkState.RolledBack,
        UnitOfWorkState.RolledBack when IsUnknown(failure, enlisted.Connect) => UnitOfWorkState.OutcomeUnknown,
        var state => state,
    };

    private static bool IsUnknown(Exception? failure, DbConnect connect)
        => (failure as CommitOutcomeUnknownException ?? failure?.InnerException as CommitOutcomeUnknownException)?.ConnectName == connect.Name;

    /// <summary>What few units have, in one place so that the others pay for one field.</summary>
    private sealed class Rarities
    {
        public List<Enlisted>? Left;    // closed before the end; protected by the gate
        public Positions? Positions;
    }
}
