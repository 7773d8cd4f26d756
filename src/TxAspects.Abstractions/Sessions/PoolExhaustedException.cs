namespace TxAspects;

/// <summary>
/// Thrown where a unit inside another one waited in vain for a connection, while the outer one holds a connection of the same pool; the
/// inner exception is the driver's. Also where a unit in no other one waited in vain because the connect keeps connections back for units
/// inside others.
/// </summary>
public sealed class PoolExhaustedException : TxAspectsException
{
    /// <summary>Makes one with a message of your own, for tests of what handles it.</summary>
    public PoolExhaustedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal PoolExhaustedException(string unitName, string outerUnitName, string connectName, Exception cause)
        : base($"The unit of work '{unitName}' waited in vain for a connection to '{connectName}', while '{outerUnitName}', inside which " +
               "it runs, holds one and waits for it. Raise Maximum Pool Size to at least two for each such unit that runs at a time, " +
               "keep connections back for it with ReservedConnections, or call it after the outer unit, as in Tx.OnCommitted.", cause)
    {
        UnitName = unitName;
        OuterUnitName = outerUnitName;
        ConnectName = connectName;
    }

    internal PoolExhaustedException(string unitName, string connectName)
        : base($"The unit of work '{unitName}' waited in vain for a connection to '{connectName}': other units hold all but those that " +
               "are kept back for units inside them. Raise Maximum Pool Size, or do less in each unit.")
    {
        UnitName = unitName;
        ConnectName = connectName;
    }

    /// <summary>The unit that got no connection.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The unit around it that holds one; null where there is none.</summary>
    public string? OuterUnitName { get; init; }

    /// <summary>The connect whose pool was empty.</summary>
    public string ConnectName { get; init; } = "";
}
