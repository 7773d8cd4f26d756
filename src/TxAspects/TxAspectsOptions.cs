using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TxAspects.UnitsOfWork;

namespace TxAspects;

/// <summary>What holds for every unit of work of a process or a container.</summary>
public sealed class TxAspectsOptions
{
    private ILogger? _log;
    private ResultRules? _resultRules;

    /// <summary>Where messages go, under the category 'TxAspects'. Default: nowhere; the Autofac module takes the container's logger factory where one is registered.</summary>
    public ILoggerFactory? LoggerFactory
    {
        get;
        set
        {
            field = value;
            _log = null;
        }
    }

    /// <summary>The first pause before a failed attempt is repeated; it doubles each time, up to 100 times itself, and half of it is random. Default: 20 ms.</summary>
    public TimeSpan RetryDelay
    {
        get;
        set => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "RetryDelay must not be negative.");
    } = TimeSpan.FromMilliseconds(20);

    /// <summary>The clock for timeouts and pauses. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Called with the outcome of each unit, and of each attempt that is repeated, before the hooks for after the end. Default: nothing.</summary>
    /// <remarks>It runs in the call and outside the unit, so it should be quick. A throw is logged and changes nothing.</remarks>
    public Action<UnitOfWorkOutcome>? OnEnded { get; set; }

    internal ILogger Log => _log ??= LoggerFactory?.CreateLogger("TxAspects") ?? NullLogger.Instance;

    internal ResultRules ResultRules => _resultRules ??= new ResultRules([]);

    /// <inheritdoc cref="UnitOfWorkOptions.RollbackWhen{TResult}"/>
    public TxAspectsOptions RollbackWhen<TResult>(Func<TResult, bool> isFailure)
        => With(ResultRule.Create(isFailure));

    /// <inheritdoc cref="UnitOfWorkOptions.RollbackWhen(Type, Func{object, bool})"/>
    public TxAspectsOptions RollbackWhen(Type resultType, Func<object, bool> isFailure)
        => With(ResultRule.Create(resultType, isFailure));

    private TxAspectsOptions With(ResultRule rule)
    {
        _resultRules = ResultRules.With(rule);
        return this;
    }
}
