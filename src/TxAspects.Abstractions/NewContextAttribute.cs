namespace TxAspects;

/// <summary>Runs a method in a unit of work of its own, whatever is open around it: own sessions, own commit.</summary>
/// <remarks>
/// For parallel branches, and for work that must survive the caller's rollback. The same as
/// <c>[UnitOfWork(Propagation = Propagation.RequiresNew)]</c>. Inside an open unit it takes a second connection.
/// </remarks>
public sealed class NewContextAttribute : UnitOfWorkAttribute
{
    /// <summary>Marks a method, a class or an interface.</summary>
    public NewContextAttribute() => Propagation = Propagation.RequiresNew;
}
