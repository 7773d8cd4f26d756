using TxAspects.Connections;

namespace TxAspects.UnitsOfWork;

/// <summary>The deadline of a call inside a unit: it can shorten the unit's for the time of the call.</summary>
internal readonly struct InnerDeadline
{
    private readonly UnitOfWork _unit;
    private readonly Deadline? _own;
    private readonly Deadline? _outer;

    public InnerDeadline(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        _unit = unit;
        if (options.Timeout is null)
            return;

        _own = new Deadline(unit.Process.TimeProvider, options.Timeout.Value, name.ToString());
        _outer = unit.Shorten(_own);
    }

    public bool IsSet => _own is not null;

    /// <summary>Puts the unit's own deadline back; the exception to throw where the call took longer than it may.</summary>
    public UnitOfWorkTimeoutException? End()
    {
        if (_own is null)
            return null;

        _unit.Restore(_outer);
        var late = _own.HasPassed ? _own.ToException() : null;
        _own.Dispose();
        return late;
    }
}
