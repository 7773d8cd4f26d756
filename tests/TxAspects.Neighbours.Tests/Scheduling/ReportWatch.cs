namespace TxAspects.Neighbours.Tests.Scheduling;

/// <summary>Makes reports fail, and tells how their units ended.</summary>
public sealed class ReportWatch
{
    private readonly SemaphoreSlim _committed = new(0);
    private readonly SemaphoreSlim _rolledBack = new(0);
    private int _failures;

    /// <summary>How many of the next runs fail.</summary>
    public int Failures { set => Volatile.Write(ref _failures, value); }

    public void Run()
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
            throw new OutOfStockException();
    }

    public void Committed() => _committed.Release();

    public void RolledBack() => _rolledBack.Release();

    public async Task WaitForCommitAsync() => Assert.IsTrue(await _committed.WaitAsync(TimeSpan.FromMinutes(1)));

    public async Task WaitForRollbackAsync() => Assert.IsTrue(await _rolledBack.WaitAsync(TimeSpan.FromMinutes(1)));
}
