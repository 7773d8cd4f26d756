using System.Diagnostics;
using TxAspects.Units;
using TxAspects.Units.Ambient;

namespace TxAspects.Calls;

/// <summary>The outermost call of a unit: it decides.</summary>
internal sealed class OpeningCall(UnitOfWork unit) : UnitOfWorkCall
{
    public override UnitNode? Node => unit.Node;

    public override UnitOfWork? Opened => unit;

    public override Activity? Span => unit.Report?.Span;

    public override Attempt? Next => unit.Next;

    public override ValueTask CompleteAsync<T>(T result, bool async) => UnitEnd.CompleteAsync(unit, result, async);

    public override ValueTask FailAsync(Exception exception, bool async) => UnitEnd.FailAsync(unit, exception, async);

    public override ValueTask AbandonAsync(bool async) => UnitEnd.AbandonAsync(unit, async);
}
