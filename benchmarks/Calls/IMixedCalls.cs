namespace TxAspects.Benchmarks.Calls;

/// <summary>The same beside one method that is a unit of work, so that the component is proxied.</summary>
public interface IMixedCalls : ICalls
{
    [UnitOfWork]
    Task MarkedAsync();
}
