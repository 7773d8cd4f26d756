namespace TxAspects;

/// <summary>Thrown where a unit inside another one waited in vain for a connection, while the outer one holds a connection of the same pool. The inner exception is the driver's.</summary>
public sealed class PoolExhaustedException : TxAspectsException
{
    internal PoolExhaustedException(string unitName, string outerUnitName, string connectName, Exception cause)
        : base($"The unit of work '{unitName}' waited in vain for a connection to '{connectName}', while '{outerUnitName}', inside which it runs, holds one and waits for it. " +
               "Raise Maximum Pool Size to at least two for each such unit that runs at a time, or call it after the outer unit, as in Tx.OnCommitted.", cause)
    {
        UnitName = unitName;
        OuterUnitName = outerUnitName;
        ConnectName = connectName;
    }

    /// <summary>The unit that got no connection.</summary>
    public string UnitName { get; }

    /// <summary>The unit around it that holds one.</summary>
    public string OuterUnitName { get; }

    /// <summary>The connect whose pool was empty.</summary>
    public string ConnectName { get; }
}
