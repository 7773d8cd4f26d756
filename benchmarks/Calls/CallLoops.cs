namespace TxAspects.Benchmarks.Calls;

/// <summary>Calls one method again and again.</summary>
/// <typeparam name="TPeer">
/// A struct per peer: the runtime then compiles the loop for each of them, and what it learns about the object behind one peer's interface
/// helps or hinders no other.
/// </typeparam>
internal static class CallLoops<TPeer>
    where TPeer : struct
{
    // The runtime keeps tasks of small numbers.
    private const int Value = 1234;

    public static async Task TaskAsync(ICalls calls, int count)
    {
        for (var i = 0; i < count; i++)
            await calls.TaskAsync(Value);
    }

    public static async Task YieldingTaskAsync(ICalls calls, int count)
    {
        for (var i = 0; i < count; i++)
            await calls.YieldingTaskAsync(Value);
    }

    public static async Task ValueTaskAsync(ICalls calls, int count)
    {
        for (var i = 0; i < count; i++)
            await calls.ValueTaskAsync(Value);
    }

    public static async Task YieldingValueTaskAsync(ICalls calls, int count)
    {
        for (var i = 0; i < count; i++)
            await calls.YieldingValueTaskAsync(Value);
    }

    public static Task ValueAsync(ICalls calls, int count)
    {
        for (var i = 0; i < count; i++)
            calls.Value(Value);
        return Task.CompletedTask;
    }
}
