namespace TxAspects.Benchmarks.Start;

public sealed class Component<TFirst, TSecond, TThird> : IComponent<TFirst, TSecond, TThird>
{
    public Task<int> CallAsync(int value) => Task.FromResult(value);
}
