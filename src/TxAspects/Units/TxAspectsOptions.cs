using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TxAspects.Observing;
using TxAspects.Units;

namespace TxAspects;

/// <summary>What holds for every unit of work of a process or a container.</summary>
public sealed class TxAspectsOptions
{
    private readonly List<Type> _carried = [];
    private ILogger? _log;
    private ResultRules? _resultRules;
    private UnitWatch? _watch;
    private UnitObserver[]? _observers;    // replaced, never changed

    /// <summary>
    /// Where messages go, under the category 'TxAspects'. Default: nowhere; the container integrations take the container's logger factory
    /// where one is registered.
    /// </summary>
    public ILoggerFactory? LoggerFactory
    {
        get;
        set
        {
            field = value;
            _log = null;
        }
    }

    /// <summary>
    /// Whether exceptions go to the log without their messages: type, SQLSTATE and stack stay. Default: false, so that what your code or
    /// the driver threw is logged as it is.
    /// </summary>
    /// <remarks>
    /// The library's own texts never repeat such a message. But a log prints the exception beside the text, and what PostgreSQL says, or
    /// your code, may quote values.
    /// </remarks>
    public bool HideExceptionMessages
    {
        get;
        set
        {
            field = value;
            _log = null;
        }
    }

    /// <summary>
    /// The first pause before a failed attempt is repeated; it doubles each time, up to 100 times itself, and half of it is random.
    /// Default: 20 ms.
    /// </summary>
    public TimeSpan RetryDelay
    {
        get;
        set => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "RetryDelay must not be negative.");
    } = TimeSpan.FromMilliseconds(20);

    /// <summary>The clock for timeouts and pauses. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// For how long a sequence with a unit of its own may wait for its next step. Then the unit is rolled back, which is logged, and the
    /// next step throws <see cref="SequenceAbandonedException"/>. A unit with a shorter timeout waits for that long. Default: 60 s.
    /// </summary>
    /// <remarks>
    /// So a sequence that nobody disposes does not keep its connection. The end comes at most a quarter of the limit late.
    /// </remarks>
    public TimeSpan SequenceIdleLimit
    {
        get;
        set => field = Positive(value, nameof(SequenceIdleLimit))!.Value;
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Called inside each unit, and each attempt that is repeated, before anything else runs in it: the place for hooks and items that
    /// every unit is to have, as with <see cref="Tx.OnCommitting(Func{Task})"/>. Default: nothing.
    /// </summary>
    /// <remarks>
    /// Calls that join or nest open none. Units that it opens itself are not told to it. A throw ends the unit, and its caller gets the
    /// exception. In a unit with <see cref="ITxUnit.IsSynchronous"/> only hooks that take an <see cref="Action"/> can be added.
    /// </remarks>
    public Action<ITxUnit>? OnOpened { get; set; }

    /// <summary>
    /// Called with the outcome of each unit, and of each attempt that is repeated, before the hooks for after the end. Default: nothing.
    /// </summary>
    /// <remarks>It runs in the call and outside the unit, so it should be quick. A throw is logged and changes nothing.</remarks>
    public Action<UnitOfWorkOutcome>? OnEnded { get; set; }

    /// <summary>
    /// Warns, once, of a unit that stays open for longer, such as a scope that was never disposed. Default: no limit, and no unit is
    /// watched.
    /// </summary>
    /// <remarks>
    /// Set it before the first unit opens. The open units are looked at every quarter of the shorter limit, at least once a minute.
    /// </remarks>
    public TimeSpan? WarnWhenOpenLongerThan
    {
        get;
        set => field = Positive(value, nameof(WarnWhenOpenLongerThan));
    }

    /// <summary>
    /// Warns, once, of a unit whose transaction is open for longer without a command of its context. Default: no limit, and no unit is
    /// watched.
    /// </summary>
    /// <remarks>Commands on a connection from <c>Tx.ConnectionAsync</c> are not seen.</remarks>
    /// <inheritdoc cref="WarnWhenOpenLongerThan"/>
    public TimeSpan? WarnWhenIdleInTransactionLongerThan
    {
        get;
        set => field = Positive(value, nameof(WarnWhenIdleInTransactionLongerThan));
    }

    /// <summary>
    /// How many savepoints a transaction may have for its saves. Default: any number. A save past it goes without one, so that its failure
    /// dooms the unit instead of undoing that save alone; a transaction with more than 64 writing savepoints slows every snapshot of a
    /// PostgreSQL server.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int? MaxSaveSavepoints
    {
        get;
        set => field = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "MaxSaveSavepoints must not be negative.");
    }

    /// <summary>The services that <see cref="Carry{TService}"/> named.</summary>
    public IReadOnlyList<Type> Carried => _carried;

    internal UnitWatch? Watch
        => WarnWhenOpenLongerThan is null && WarnWhenIdleInTransactionLongerThan is null
            ? null
            : LazyInitializer.EnsureInitialized(
                ref _watch, () => new UnitWatch(TimeProvider, WarnWhenOpenLongerThan, WarnWhenIdleInTransactionLongerThan));

    /// <summary>Who is told what happens in units; null where nobody is.</summary>
    internal UnitObserver[]? Observers => Volatile.Read(ref _observers);

    internal ILogger Log
    {
        get
        {
            try
            {
                return _log ??= CreateLog();
            }
            catch (ObjectDisposedException)
            {
                return NullLogger.Instance;    // The host whose options these are has ended, and nobody has set others since.
            }
        }
    }

    internal ResultRules ResultRules => _resultRules ??= new ResultRules([]);

    /// <inheritdoc cref="UnitOfWorkOptions.RollbackWhen{TResult}"/>
    public TxAspectsOptions RollbackWhen<TResult>(Func<TResult, bool> isFailure)
        => With(ResultRule.Create(isFailure));

    /// <inheritdoc cref="UnitOfWorkOptions.RollbackWhen(Type, Func{object, bool})"/>
    public TxAspectsOptions RollbackWhen(Type resultType, Func<object, bool> isFailure)
        => With(ResultRule.Create(resultType, isFailure));

    /// <summary>
    /// Takes a service along into the scopes of units, which inherit nothing by themselves: such as the current user or tenant. A service
    /// that is resolved inside its unit gets the object that belongs to the scope of its caller.
    /// </summary>
    /// <remarks>
    /// It is asked for when the unit's scope begins. Where the caller belongs to no scope, as a background service does, the unit's scope
    /// makes its own. The object must not be disposable, because the unit's scope would dispose it.
    /// </remarks>
    public TxAspectsOptions Carry<TService>()
        where TService : class
    {
        if (!_carried.Contains(typeof(TService)))
            _carried.Add(typeof(TService));
        return this;
    }

    /// <summary>
    /// Lets an observer be told what happens in the units that are opened from now on. Without one no unit does anything for it.
    /// </summary>
    /// <exception cref="ArgumentNullException">The observer is null.</exception>
    public TxAspectsOptions Observe(UnitObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_carried)
            _observers = [.. _observers ?? [], observer];
        return this;
    }

    private ILogger CreateLog()
    {
        var log = LoggerFactory?.CreateLogger("TxAspects") ?? NullLogger.Instance;
        return HideExceptionMessages ? new DiscreetLogger(log) : log;
    }

    private static TimeSpan? Positive(TimeSpan? value, string name)
        => value is null || value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be positive.");

    private TxAspectsOptions With(ResultRule rule)
    {
        _resultRules = ResultRules.With(rule);
        return this;
    }
}
