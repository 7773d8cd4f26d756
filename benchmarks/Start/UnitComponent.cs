namespace TxAspects.Benchmarks.Start;

public sealed class UnitComponent<TFirst, TSecond, TThird> : IUnitComponent<TFirst, TSecond, TThird>
{
    public Task<int> CallAsync(int value) => Task.FromResult(value);
}
