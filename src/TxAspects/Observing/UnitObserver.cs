namespace TxAspects;

/// <summary>Is told what happens in units while it happens: <see cref="TxAspectsOptions.Observe"/> takes it.</summary>
/// <remarks>
/// It is called in the flow of the unit, and by several branches at once where the unit has them. So it should be quick, and it must not
/// use the unit. A throw is logged and changes nothing.
/// </remarks>
public abstract class UnitObserver
{
    /// <summary>A unit, or an attempt of one, was opened. Nothing has run in it yet. Default: nothing is done.</summary>
    public virtual void Opened(ITxUnit unit)
    {
    }

    /// <summary>
    /// Something begins in the unit, or has happened in a moment: then the step has its duration. Default: nothing is done.
    /// </summary>
    public virtual void Began(ITxUnit unit, UnitStep step)
    {
    }

    /// <summary>What took a while is over. Default: nothing is done.</summary>
    public virtual void Ended(ITxUnit unit, UnitStep step)
    {
    }

    /// <summary>The unit has ended. Hooks for after the end are still to come, as steps. Default: nothing is done.</summary>
    public virtual void Ended(ITxUnit unit, UnitOfWorkOutcome outcome)
    {
    }
}
