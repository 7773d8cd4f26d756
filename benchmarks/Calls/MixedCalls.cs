namespace TxAspects.Benchmarks.Calls;

public sealed class MixedCalls : PlainCalls, IMixedCalls
{
    public Task MarkedAsync() => Task.CompletedTask;
}
