using TxAspects.Sessions;

namespace TxAspects.Units.Ambient;

/// <summary>The unit of work that is ambient here.</summary>
internal static class AmbientUnit
{
    private static readonly AmbientSlot<UnitNode> Slot = new();

    /// <summary>What holds where no unit is open; see <see cref="Tx.Configure"/>.</summary>
    public static TxAspectsOptions ProcessOptions { get; set; } = new();

    /// <summary>What holds here: the settings of the unit that is open, else those of the process.</summary>
    public static TxAspectsOptions Options => Open?.ProcessOptions ?? ProcessOptions;

    public static UnitNode? Node => Slot.Current;

    /// <summary>The open unit here, or null: none was opened, it has ended, or code after its end is running.</summary>
    public static UnitOfWork? Open => Visible is { IsEnded: false } unit ? unit : null;

    /// <summary>No unit was opened here, not even one that has ended.</summary>
    public static bool IsNone => Visible is null;

    /// <summary>Whether an observer of a unit's end runs here.</summary>
    public static bool IsObserving => Slot.Current is { Place: UnitPlace.Observing };

    private static UnitOfWork? Visible
        => Slot.Current is { Place: not (UnitPlace.AfterEnd or UnitPlace.Observing), Unit: var unit } ? unit : null;

    /// <summary>The unit to act on here.</summary>
    /// <exception cref="NoUnitOfWorkException">None was opened.</exception>
    /// <exception cref="UnitOfWorkEndedException">The unit has ended.</exception>
    public static UnitOfWork Require(DbConnect connect)
    {
        var unit = Visible ?? throw NoUnitOfWorkException.ForConnect(connect.Name);
        unit.ThrowIfEnded(connect.Name);
        return unit;
    }

    /// <inheritdoc cref="Require(DbConnect)"/>
    public static UnitOfWork Require(string call)
    {
        var unit = Visible ?? throw NoUnitOfWorkException.ForCall(call);
        unit.ThrowIfEnded(connectName: null);
        return unit;
    }

    /// <summary>The unit whose hooks may be added to here; code that runs after a unit's end may still add some.</summary>
    public static UnitOfWork RequireForHooks(string call)
        => Slot.Current is { Place: UnitPlace.AfterEnd, Unit: var unit } ? unit : Require(call);

    /// <summary>
    /// The open unit, null where none was opened, and an error where the one here has ended: nothing new is begun silently in its place.
    /// </summary>
    public static UnitOfWork? OpenOrNone()
    {
        var unit = Visible;
        unit?.ThrowIfEnded(connectName: null);
        return unit;
    }

    /// <summary>
    /// Throws where the unit here has ended or closed its session, and the context that code still holds may serve another one by now.
    /// </summary>
    public static void ThrowIfGivenUp(Session session, UnitOfWork? except)
    {
        if (Visible is { } unit && unit != except)
            unit.ThrowIfGivenUp(session);
    }

    /// <summary>Whether the code that runs here belongs to a unit, or to one inside it.</summary>
    public static bool IsInside(UnitOfWork unit)
    {
        for (var here = Node?.Unit; here is not null; here = here.Around)
        {
            if (here == unit)
                return true;
        }

        return false;
    }

    /// <inheritdoc cref="AmbientSlot{TNode}.EnterForCall"/>
    public static AmbientSlot<UnitNode>.EnteredForCall EnterForCall(UnitNode node) => Slot.EnterForCall(node);

    public static AmbientSlot<UnitNode>.Entered Enter(UnitNode? node) => Slot.Enter(node);
}
