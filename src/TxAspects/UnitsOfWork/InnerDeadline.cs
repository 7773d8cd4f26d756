using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>The deadline of a call inside a unit: it can shorten the unit's for the time of the call.</summary>
internal sealed class InnerDeadline
{
    private readonly UnitOfWork _unit;
    private readonly Deadline _own;
    private readonly Deadline? _outer;

    private InnerDeadline(UnitOfWork unit, TimeSpan timeout, CallName name)
    {
        _unit = unit;
        _own = new Deadline(unit.Process.TimeProvider, timeout, name.ToString());
        _outer = unit.Shorten(_own);
    }

    /// <summary>Null where the call has none of its own.</summary>
    public static InnerDeadline? Begin(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
        => options.Timeout is { } timeout ? new InnerDeadline(unit, timeout, name) : null;

    /// <summary>Puts the unit's own deadline back; the exception to throw where the call took longer than it may.</summary>
    public UnitOfWorkTimeoutException? End()
    {
        _unit.Restore(_outer);
        var late = _own.HasPassed ? _own.ToException() : null;
        _own.Dispose();
        return late;
    }
}
