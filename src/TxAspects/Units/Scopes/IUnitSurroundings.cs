namespace TxAspects.Units.Scopes;

/// <summary>What a unit was opened for, where that has a scope of a container already, such as a request.</summary>
public interface IUnitSurroundings
{
    /// <summary>The services of that scope. Asked for when the first service is resolved inside the unit.</summary>
    IServiceProvider Services { get; }
}
