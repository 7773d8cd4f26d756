using System.Runtime.CompilerServices;

namespace TxAspects.Benchmarks.Calls;

/// <summary>The methods themselves.</summary>
/// <remarks>None is inlined: a call that vanished would be no measure for a proxy.</remarks>
public class PlainCalls : ICalls
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Task<int> TaskAsync(int value) => Task.FromResult(value);

    public async Task<int> YieldingTaskAsync(int value)
    {
        await Task.Yield();
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public ValueTask<int> ValueTaskAsync(int value) => new(value);

    public async ValueTask<int> YieldingValueTaskAsync(int value)
    {
        await Task.Yield();
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Value(int value) => value;
}
