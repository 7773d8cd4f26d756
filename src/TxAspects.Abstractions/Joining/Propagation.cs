namespace TxAspects;

/// <summary>How a call relates to the unit of work that is open around it.</summary>
public enum Propagation
{
    /// <summary>Join the open unit; open one where there is none. What almost every method wants.</summary>
    Required,

    /// <summary>Always a unit of its own. For parallel branches and work that must survive the caller's rollback.</summary>
    RequiresNew,

    /// <summary>
    /// A savepoint on every session of the open unit: a failure undoes this call alone and the caller may go on.
    /// Opens a unit where there is none.
    /// </summary>
    Nested,

    /// <summary>Join the open unit; throw <see cref="NoUnitOfWorkException"/> where there is none.</summary>
    Mandatory,

    /// <summary>Join the open unit; run without one where there is none.</summary>
    Supports,

    /// <summary>Run without a unit: an open one is hidden for the time of the call and goes on afterwards.</summary>
    NotSupported,

    /// <summary>Run without a unit; throw <see cref="UnitOfWorkOpenException"/> where one is open.</summary>
    Never,

    /// <summary>
    /// Open a unit; throw <see cref="UnitOfWorkOpenException"/> where one is open. For what must be durable when it returns.
    /// </summary>
    Outermost,
}
