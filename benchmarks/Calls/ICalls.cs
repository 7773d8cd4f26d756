namespace TxAspects.Benchmarks.Calls;

/// <summary>A method of each return kind that does nothing: at once, or after it gave its thread back once.</summary>
public interface ICalls
{
    Task<int> TaskAsync(int value);

    Task<int> YieldingTaskAsync(int value);

    ValueTask<int> ValueTaskAsync(int value);

    ValueTask<int> YieldingValueTaskAsync(int value);

    int Value(int value);
}
