using TxAspects.Sessions;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>
/// The place of a call inside a unit: it may have a deadline of its own, which can only shorten the time, and holds for what runs in the
/// call alone.
/// </summary>
internal sealed class InnerPlace
{
    private readonly Deadline? _own;

    public InnerPlace(UnitOfWork unit, UnitOfWorkOptions options, CallName name)
    {
        Around = AmbientUnit.Node is { } here && here.Unit == unit ? here : unit.Node;
        if (options.Timeout is { } timeout)
            _own = new Deadline(unit.ProcessOptions.TimeProvider, timeout, name.ToString());

        var place = Around.Place is UnitPlace.BeforeCommit ? UnitPlace.BeforeCommit
            : unit.Options.AllowEarlyCompletion ? UnitPlace.Inside : UnitPlace.JoinedCall;
        var deadline = _own is null || Around.Deadline?.Remaining < _own.Remaining ? Around.Deadline : _own;
        Node = place == Around.Place && deadline == Around.Deadline ? Around : new UnitNode(unit, place, Around.Mark, deadline);
    }

    /// <summary>What is ambient around the call.</summary>
    public UnitNode Around { get; }

    /// <summary>What is ambient in the call, but for its mark.</summary>
    public UnitNode Node { get; }

    /// <summary>The exception to throw where the call took longer than it may.</summary>
    public UnitOfWorkTimeoutException? End()
    {
        var late = _own is { HasPassed: true } ? _own.ToException() : null;
        _own?.Dispose();
        return late;
    }
}
