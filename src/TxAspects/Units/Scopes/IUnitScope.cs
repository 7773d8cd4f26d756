namespace TxAspects.Units.Scopes;

/// <summary>A scope of a container, in which the services of one unit live. The unit disposes it after its outcome.</summary>
public interface IUnitScope : IDisposable, IAsyncDisposable
{
}
