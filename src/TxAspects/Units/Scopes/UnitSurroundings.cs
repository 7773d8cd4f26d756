namespace TxAspects.Units.Scopes;

/// <summary>Lets services be resolved in a scope that was there before the unit, for packages that open units.</summary>
public static class UnitSurroundings
{
    /// <summary>
    /// Says that the services of a unit live in the scope of what it was opened for. The unit does not dispose that scope.
    /// </summary>
    /// <param name="unit">A unit that was just opened.</param>
    /// <param name="surroundings">What it was opened for.</param>
    public static void Set(ITxUnit unit, IUnitSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ((UnitOfWork)unit).GetScopes().Surroundings = surroundings;
    }
}
