using System.Diagnostics;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>
/// Makes a call's unit and span ambient; disposing restores what was. An asynchronous method restores it for its caller anyway.
/// </summary>
internal readonly struct EnteredCall : IDisposable
{
    private readonly UnitNode? _previous;
    private readonly Activity? _span;

    public EnteredCall(UnitNode? node, Activity? span)
    {
        _previous = AmbientUnit.Node;
        _span = span;
        AmbientUnit.Enter(node);
        if (span is not null)
            Activity.Current = span;
    }

    public void Dispose()
    {
        AmbientUnit.Enter(_previous);
        if (_span is not null)
            Activity.Current = _span.Parent;
    }
}
