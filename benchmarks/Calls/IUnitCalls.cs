namespace TxAspects.Benchmarks.Calls;

/// <summary>The same where every method is a unit of work.</summary>
[UnitOfWork]
public interface IUnitCalls : ICalls;
