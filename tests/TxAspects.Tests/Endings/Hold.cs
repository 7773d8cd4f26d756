namespace TxAspects.Tests;

/// <summary>Holds a branch at one place until it is released.</summary>
public sealed class Hold
{
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Arrived => _arrived.Task;

    public bool IsReleased => _released.Task.IsCompleted;

    /// <summary>Ends when the branch may go on. Whoever comes second, such as the end of its unit, is not held.</summary>
    public Task WaitAsync() => _arrived.TrySetResult() ? _released.Task : Task.CompletedTask;

    public void Release() => _released.TrySetResult();
}
