namespace TxAspects.Benchmarks.Start;

/// <summary>What a component is registered as.</summary>
public interface IComponent<TFirst, TSecond, TThird>
{
    Task<int> CallAsync(int value);
}
