using System.Collections.Concurrent;
using System.Data;
using Microsoft.Extensions.Logging;
using TxAspects.Drivers;
using TxAspects.Observing;
using TxAspects.Sessions;
using TxAspects.Sessions.Transactions;
using TxAspects.Units.Ambient;
using TxAspects.Units.Commits;
using TxAspects.Units.Hooks;
using TxAspects.Units.Scopes;
using TxAspects.Units.Sessions;

namespace TxAspects.Units;

/// <summary>
/// The ambient container: its settings, its life, and the parts that hold its sessions, marks, hooks and verdict. Each part is made when it
/// is needed.
/// </summary>
internal sealed class UnitOfWork : ITxUnit, ISessionOwner
{
    private static long _lastId;

    private readonly CallName _name;
    private readonly Attempt _attempt;
    private long _id;    // given when somebody asks for it
    private UnitSessions? _sessions;
    private UnitMarks? _marks;
    private UnitHooks? _hooks;
    private Verdict? _verdict;
    private UnitReport? _report;
    private UnitScopes? _scopes;
    private volatile UnitOfWorkState _state;
    private volatile bool _isDurable;
    private volatile bool _isInDoubt;
    private bool _adopts;

    public UnitOfWork(TxAspectsOptions processOptions, UnitOfWorkOptions options, CallName name, Attempt attempt, bool isSynchronous)
    {
        ProcessOptions = processOptions;
        Options = options;
        IsSynchronous = isSynchronous;
        Node = new UnitNode(this, UnitPlace.Inside, Mark: null, attempt.Deadline);
        _name = name;
        _attempt = attempt;
        Around = AmbientUnit.Open;
        if (UnitReport.IsWanted(processOptions))
            Measure();
        processOptions.Watch?.Add(this);
    }

    public TxAspectsOptions ProcessOptions { get; }

    public UnitOfWorkOptions Options { get; private set; }

    /// <summary>True when the call that opened it cannot await, so that asynchronous hooks can never run.</summary>
    public bool IsSynchronous { get; }

    /// <summary>What is ambient in the call that opened it.</summary>
    public UnitNode Node { get; private set; }

    /// <summary>The open unit in which this one was opened.</summary>
    public UnitOfWork? Around { get; }

    public UnitSessions? Sessions => _sessions;

    public UnitMarks Marks => LazyInitializer.EnsureInitialized(ref _marks, () => new UnitMarks(this));

    public UnitHooks? Hooks => _hooks;

    /// <summary>The first nested call or block that has not ended, or null.</summary>
    public Mark? OpenMark => _marks?.FirstOpen;

    public Verdict? Verdict => _verdict;

    public UnitReport? Report => _report;

    public Observation? Observation => _report?.Observation;

    /// <summary>The scopes in which its services live; null where none was resolved inside it.</summary>
    public UnitScopes? Scopes => _scopes;

    public Attempt Attempt => _attempt;

    public long Id
    {
        get
        {
            if (Volatile.Read(ref _id) == 0)
                Interlocked.CompareExchange(ref _id, Interlocked.Increment(ref _lastId), 0);
            return Volatile.Read(ref _id);
        }
    }

    public string Name => _name.ToString();

    public bool IsEnded => _state is not UnitOfWorkState.Open;

    /// <summary>How it ended; open until then, doomed or not.</summary>
    public UnitOfWorkState EndState => _state;

    public UnitOfWorkState State => _state is UnitOfWorkState.Open && this.FindReason() is not null ? UnitOfWorkState.Doomed : _state;

    public Exception? DoomCause => this.FindReason()?.Cause;

    public string? RollbackReason => this.FindReason()?.Reason;

    public UnitOfWorkOutcome? Outcome
        => _report?.Outcome ?? (_state is UnitOfWorkState.Committed ? GetReport().Describe(failure: null) : null);

    public ConcurrentDictionary<object, object?> Items => GetReport().Items;

    public string? Position => _report?.Positions?.Join(ReadAfter);

    public bool IsBusy => Array.Exists(AllSessions(), enlisted => enlisted.Session!.Admission.IsBusy);

    // The caller's own may belong to somebody else after the end, as that of a request does.
    public CancellationToken CancellationToken
        => DeadlineHere?.TokenWith(Caller) ?? (IsEnded ? new CancellationToken(Caller.IsCancellationRequested) : Caller);

    /// <summary>The token of whoever asked for the unit.</summary>
    public CancellationToken Caller => _attempt.Caller;

    /// <summary>The unit's own deadline.</summary>
    public Deadline? Deadline => Node.Deadline;

    /// <summary>The deadline of the call that runs here: the unit's own, or the nearer one of a call that joined.</summary>
    public Deadline? DeadlineHere => AmbientUnit.Node is { } here && here.Unit == this ? here.Deadline : Deadline;

    /// <summary>The innermost nested call or block that runs here; null outside all.</summary>
    public Mark? MarkHere => AmbientUnit.Node is { } here && here.Unit == this ? here.Mark : null;

    /// <summary>What reads here must see: given by its options, or by those of a unit around it.</summary>
    public string? ReadAfter => Options.ReadAfter ?? Around?.ReadAfter;

    public ILogger Log => ProcessOptions.Log;

    public IsolationLevel IsolationLevel => Options.IsolationLevel;

    public bool ReadOnly => Options.ReadOnly;

    bool ISessionOwner.IsUnit => true;

    /// <summary>Something was committed, or may have been, here or in a unit inside this one, so that it cannot be done again.</summary>
    public bool IsDurable => _isDurable;

    /// <summary>Nobody knows what became of some of its own work.</summary>
    public bool IsInDoubt => _isInDoubt;

    /// <summary>The next attempt, where the failure that ended this one may be gone then.</summary>
    public Attempt? Next { get; set; }

    ITxUnit? ITxUnit.Around => Around;

    int ITxUnit.Attempt => _attempt.Number;

    long? ITxUnit.PreviousAttempt => _attempt.Previous;

    Deadline? ISessionOwner.Deadline => DeadlineHere;

    Deadline? ISessionOwner.WholeDeadline => Deadline;

    Mark? ISessionOwner.Here => MarkHere;

    IReadOnlyList<Mark> ISessionOwner.OpenMarks => _marks?.Open ?? [];

    int? ISessionOwner.MaxSaveSavepoints => ProcessOptions.MaxSaveSavepoints;

    /// <summary>The sessions of the unit, or of one connect, in the order of first use.</summary>
    public Enlisted[] AllSessions(DbConnect? connect = null) => _sessions?.All(connect) ?? [];

    public ValueTask<Enlisted> EnlistAsync(DbConnect connect, bool async, CancellationToken cancellationToken)
        => GetSessions().EnlistAsync(connect, async, cancellationToken);

    public UnitSessions GetSessions()
        => _sessions ?? Interlocked.CompareExchange(ref _sessions, new UnitSessions(this), null) ?? _sessions;

    public UnitScopes GetScopes() => _scopes ?? Interlocked.CompareExchange(ref _scopes, new UnitScopes(this), null) ?? _scopes;

    /// <summary>Keeps what is told of its end.</summary>
    public void Keep(UnitReport report) => _report = report;

    /// <summary>Reads the clock from now on, because somebody can see the times.</summary>
    public void Measure() => GetReport().Measure();

    public void ThrowIfEnded(string? connectName)
    {
        if (IsEnded)
            throw new UnitOfWorkEndedException(Name, connectName);
    }

    /// <summary>Throws where the unit has ended or has let go of the session's context, which may serve another one by now.</summary>
    public void ThrowIfGivenUp(Session session)
    {
        ThrowIfEnded(session.ConnectName);
        _sessions?.ThrowIfGivenUp(session);
    }

    /// <summary>
    /// The unit ends. True where it was open and, with a state that needs nothing done, where nobody has begun anything in it.
    /// </summary>
    public bool TryEnd(UnitOfWorkState state, bool onlyUnused)
    {
        if (!onlyUnused)
        {
            _state = state;
            return true;
        }

        if (_sessions is not null || _hooks is not null || _verdict is not null || _marks is not null || _report is not null ||
            _scopes is not null || IsEnded)
        {
            return false;
        }

        // A branch that asks for its first session at this moment sees the end, or is seen here.
        Interlocked.Exchange(ref _state, state);
        if (_sessions is null && _hooks is null && _scopes is null)
            return true;

        _state = UnitOfWorkState.Open;
        return false;
    }

    /// <summary>Adds a hook to what runs in the nested call or block here.</summary>
    public void AddHook(HookMoment moment, Delegate body)
        => LazyInitializer.EnsureInitialized(ref _hooks, () => new UnitHooks(this)).Add(new Hook(moment, body, MarkHere));

    /// <summary>
    /// The unit was opened early, for whoever comes first: until it has sent something it takes over the settings of the first call that
    /// joins.
    /// </summary>
    public void AdoptFirst() => _adopts = true;

    public void Adopt(UnitOfWorkOptions options)
    {
        if (!_adopts)
            return;

        var sessions = AllSessions();
        if (Array.Exists(sessions, enlisted => enlisted.Session!.Gate.Commands.Activity > 0))
            return;

        _adopts = false;
        if (Options.ReadAfter is { } readAfter && options.ReadAfter is null)
            options = options with { ReadAfter = readAfter };
        Options = Options.ReadOnly ? options with { ReadOnly = true, InheritReadOnly = true } : options;
        if (options.Timeout is { } timeout)
            Node = Node with { Deadline = new Deadline(ProcessOptions.TimeProvider, timeout, Name) };
        foreach (var enlisted in sessions)
            enlisted.Session!.Owner = this;
    }

    public void MarkDurable(bool isInDoubt = false)
    {
        for (var unit = this; unit is not null; unit = unit.Around)
            unit._isDurable = true;

        // Where its own work is in doubt, what waits for a commit or a rollback of it is not told of either.
        if (isInDoubt)
        {
            _isInDoubt = true;
            _hooks?.Drop(UnitOfWorkState.OutcomeUnknown);
        }
    }

    /// <summary>It counts for the units around as well: who reads after them is to see what was committed inside.</summary>
    public void NotePosition(string connectName, string position, DbCluster cluster)
    {
        for (var unit = this; unit is not null; unit = unit.Around)
            unit.GetReport().NotePosition(connectName, position, cluster);
    }

    void ISessionOwner.CheckUse(Session session)
    {
        ThrowIfEnded(session.ConnectName);
        AmbientUnit.ThrowIfGivenUp(session, except: this);
        if (!AmbientUnit.IsInside(this))
            throw SessionException.OfAnotherUnit(Name, session.ConnectName);
    }

    string? ISessionOwner.FindHolder(Session session) => UnitSessions.FindHolder(session, Around);

    string? ISessionOwner.FindLocker(Session session) => UnitSessions.FindLocker(session, Around);

    string? ISessionOwner.FindCommitObstacle(Session session, bool endsUnit) => CommitsWithSave.FindObstacle(this, session, endsUnit);

    ValueTask ISessionOwner.CommitAsync(Session session, string operation, bool async, CancellationToken cancellationToken)
        => EarlyEnds.CommitAsync(this, operation, (DbConnect)session.Connect, async, cancellationToken);

    ValueTask ISessionOwner.RollbackAsync(Session session, string operation, bool async)
        => EarlyEnds.RollbackAsync(this, operation, (DbConnect)session.Connect, async);

    public Verdict GetVerdict() => LazyInitializer.EnsureInitialized(ref _verdict);

    private UnitReport GetReport() => LazyInitializer.EnsureInitialized(ref _report, () => new UnitReport(this));
}
