namespace TxAspects.Benchmarks.Start;

/// <summary>The same where the method is a unit of work.</summary>
public interface IUnitComponent<TFirst, TSecond, TThird>
{
    [UnitOfWork]
    Task<int> CallAsync(int value);
}
