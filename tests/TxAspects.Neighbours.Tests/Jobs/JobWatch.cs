namespace TxAspects.Neighbours.Tests.Jobs;

/// <summary>What the job does beside its work, and what a test sees of it.</summary>
public sealed class JobWatch
{
    private readonly TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>How many attempts fail.</summary>
    public int Failures { get; set; }

    public void Ran()
    {
        if (Interlocked.Increment(ref _runs) <= Failures)
            throw new OutOfStockException();
    }

    public void Committed() => _committed.TrySetResult();

    public Task WaitForCommitAsync() => _committed.Task.WaitAsync(TimeSpan.FromMinutes(1));
}
