namespace TxAspects.Benchmarks.Measuring;

/// <summary>Something to be measured, which runs a number of operations on demand.</summary>
/// <param name="Name">The name in the figures.</param>
/// <param name="RunAsync">Runs that many operations. It must cost the same for every peer but for the operations themselves.</param>
/// <param name="ChangesThread">Whether other threads take part, so that only the bytes of the whole process can be counted.</param>
internal sealed record Work(string Name, Func<int, Task> RunAsync, bool ChangesThread = true)
{
    /// <summary>
    /// Bytes allocated by one operation; the least of several series, because the process may allocate for other reasons too.
    /// </summary>
    public async Task<double> CountBytesAsync(int operations)
    {
        var least = double.MaxValue;
        for (var series = 0; series < 5; series++)
        {
            var before = Allocated();
            await RunAsync(operations);
            least = Math.Min(least, (Allocated() - before) / (double)operations);
        }

        return least;
    }

    private long Allocated() => ChangesThread ? GC.GetTotalAllocatedBytes(precise: true) : GC.GetAllocatedBytesForCurrentThread();
}
