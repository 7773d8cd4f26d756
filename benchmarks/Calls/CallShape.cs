namespace TxAspects.Benchmarks.Calls;

/// <summary>What a called method returns, and when.</summary>
internal enum CallShape
{
    Task,
    YieldingTask,
    ValueTask,
    YieldingValueTask,
    Value,
}
