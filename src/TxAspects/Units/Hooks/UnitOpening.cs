using System.Runtime.ExceptionServices;
using TxAspects.Sessions;
using TxAspects.Units.Ambient;

namespace TxAspects.Units.Hooks;

/// <summary>Tells the application of a unit that was opened.</summary>
internal static class UnitOpening
{
    public static void Tell(UnitOfWork unit, Action<ITxUnit> observer)
    {
        // Units that the observer opens are not told to it: it would call itself without end.
        if (AmbientUnit.Node is { Place: UnitPlace.Opening })
            return;

        try
        {
            using var entered = AmbientUnit.Enter(unit.Node with { Place = UnitPlace.Opening });
            observer(unit);
        }
        catch (Exception exception)
        {
            UnitEnd.AbandonAsync(unit, ExceptionDispatchInfo.Capture(exception), async: false).Completed();
        }
    }
}
