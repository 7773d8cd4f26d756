using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TxAspects.Model.Tests.Library;
using TxAspects.Model.Tests.Trees;

namespace TxAspects.Model.Tests;

/// <summary>Random trees of calls on the library, compared with a model that knows the rules and not the code.</summary>
[TestClass]
public sealed class ModelTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public Task Sequential_trees_end_as_the_model_says() => RunAsync(CountOf("SEQUENTIAL", 300), overlaps: false);

    [TestMethod]
    public Task Overlapping_trees_end_as_the_model_says() => RunAsync(CountOf("OVERLAPPING", 1200), overlaps: true);

    private static int CountOf(string kind, int usual)
        => Environment.GetEnvironmentVariable($"TXASPECTS_MODEL_{kind}") is { } count
            ? int.Parse(count, CultureInfo.InvariantCulture)
            : usual;

    private async Task RunAsync(int count, bool overlaps)
    {
        var first = CountOf("SEED", 1);
        var next = first - 1;
        var wrong = new ConcurrentBag<TreeRun>();
        var open = new ConcurrentBag<string>();
        var choices = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            await using var lane = new Lane(TestRun.ConnectionString);
            while (Interlocked.Increment(ref next) is var seed && seed < first + count)
            {
                var run = await TreeRun.RunAsync(lane, new TreeMaker(seed, overlaps).Make(), seed);
                Interlocked.Add(ref choices, run.Choices);
                if (run.Open is not null)
                    open.Add(run.Open);
                if (run.Disagreement is not null)
                    wrong.Add(run);
            }
        })));

        TestContext.WriteLine($"{count} trees from seed {first}, {count / clock.Elapsed.TotalSeconds:f0} per second; " +
            $"{choices} times both were right; {open.Count} said nothing; {wrong.Count} disagree.");
        foreach (var question in open.CountBy(one => one).OrderByDescending(one => one.Value))
            TestContext.WriteLine($"{question.Value,6} left open: {question.Key}");
        foreach (var family in wrong.CountBy(run => run.Family!).OrderByDescending(one => one.Value))
            TestContext.WriteLine($"{family.Value,6} {family.Key}");
        if (wrong.IsEmpty)
            return;

        await using var own = new Lane(TestRun.ConnectionString);
        var families = wrong.GroupBy(run => run.Family).OrderByDescending(family => family.Count()).Take(CountOf("SHOWN", 5));
        foreach (var run in families.Select(family => family.MinBy(run => run.Tree.Count)!))
            TestContext.WriteLine((await ShrinkAsync(own, run)).Tell());
        Assert.Fail($"{wrong.Count} of {count} trees disagree with the model.");
    }

    /// <summary>A smaller tree with a disagreement of the same family.</summary>
    private static async Task<TreeRun> ShrinkAsync(Lane lane, TreeRun run)
    {
        for (var smaller = run; smaller is not null;)
        {
            run = smaller;
            smaller = null;
            foreach (var cut in TreeCuts.Of(run.Tree))
            {
                var tried = await TreeRun.RunAsync(lane, cut, run.Seed);
                if (tried.Family != run.Family)
                    continue;

                smaller = tried;
                break;
            }
        }

        return run;
    }
}
