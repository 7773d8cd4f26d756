using System.Diagnostics;
using System.Runtime;

namespace TxAspects.Benchmarks.Measuring;

/// <summary>
/// Measures two pieces of work in turn, pair by pair, so that a machine that slows down or has other work favours neither.
/// </summary>
/// <remarks>
/// Many short blocks and their median: most of them fall between two interruptions, and a pair of which one block was interrupted counts no
/// more than any other. BenchmarkDotNet 0.14 runs one benchmark to its end, in a process of its own, before the next begins: its peers meet
/// different machines.
/// </remarks>
internal sealed class Pairing(CancellationToken stop)
{
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(1);

    private readonly Random _random = new();

    /// <summary>Runs each piece in turn until the runtime has compiled nothing for a while: all code is compiled for good then.</summary>
    /// <remarks>
    /// It takes up to half a minute: a method is compiled three times, each time in the background and after the calls of the one before.
    /// Until then a peer with more code pays for its compilation in its figures.
    /// </remarks>
    public async Task WarmUpAsync(IReadOnlyCollection<Work> works, int operations)
    {
        var clock = Stopwatch.StartNew();
        var compiled = 0L;
        for (var quiet = 0; quiet < 5 && clock.Elapsed < LongestWarmUp;)
        {
            for (var round = 0; round < 10; round++)
            {
                foreach (var work in works)
                {
                    stop.ThrowIfCancellationRequested();
                    await work.RunAsync(operations);
                }
            }

            // Methods are compiled again in the background, and only while no new ones appear.
            await Task.Delay(150, stop);
            var before = compiled;
            compiled = JitInfo.GetCompiledMethodCount();
            quiet = compiled == before ? quiet + 1 : 0;
        }
    }

    /// <summary>The time of the first piece of work by that of the second, by pair.</summary>
    public async Task<Spread> CompareAsync(Work first, Work second, int pairs, TimeSpan block)
    {
        var firstCount = await CalibrateAsync(first, block);
        var secondCount = await CalibrateAsync(second, block);
        var ratios = new List<double>();
        for (var pair = 0; pair < pairs; pair++)
        {
            double one, other;
            if (_random.Next(2) == 0)
            {
                one = await TimeAsync(first, firstCount);
                other = await TimeAsync(second, secondCount);
            }
            else
            {
                other = await TimeAsync(second, secondCount);
                one = await TimeAsync(first, firstCount);
            }

            ratios.Add(one / other);
        }

        return Spread.Of(ratios);
    }

    /// <summary>Seconds per operation of each piece of work: one block of each per round, in an order that changes.</summary>
    public async Task<Spread[]> MeasureInTurnAsync(IReadOnlyList<Work> works, int rounds, TimeSpan block)
    {
        var counts = new int[works.Count];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = await CalibrateAsync(works[i], block);

        var times = works.Select(_ => new List<double>()).ToArray();
        var order = Enumerable.Range(0, works.Count).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            _random.Shuffle(order);
            foreach (var i in order)
                times[i].Add(await TimeAsync(works[i], counts[i]));
        }

        return Array.ConvertAll(times, Spread.Of);
    }

    /// <summary>How many operations fill a block. The most of several tries, because some of them may be interrupted.</summary>
    private async Task<int> CalibrateAsync(Work work, TimeSpan block)
    {
        var most = 1;
        for (var tries = 0; tries < 5; tries++)
            most = Math.Max(most, await TryAsync());
        return most;

        async Task<int> TryAsync()
        {
            for (var count = 1; ; count *= 2)
            {
                var time = await TimeAsync(work, count) * count;
                if (time > block.TotalSeconds / 4)
                    return (int)(count * block.TotalSeconds / time);
            }
        }
    }

    /// <summary>Seconds per operation.</summary>
    private async Task<double> TimeAsync(Work work, int count)
    {
        stop.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        await work.RunAsync(count);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / count;
    }
}
