using System.Diagnostics;
using System.Globalization;

namespace TxAspects.TwoPhase.Tests;

/// <summary>Processes that are killed while they commit in two phases leave nothing half done, once a recovery has run.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class KilledProcessTests
{
    private const int AtATime = 10;

    public TestContext TestContext { get; set; } = null!;

    /// <summary>How many processes to kill; eng/two-phase sets it.</summary>
    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("TXASPECTS_KILLS") ?? "40", CultureInfo.InvariantCulture);

    [TestMethod]
    public async Task Killed_at_any_moment_both_databases_have_a_unit_or_neither()
    {
        var watch = Stopwatch.StartNew();
        await using var ledgers = await Ledgers.CreateAsync();
        var promised = new List<Guid>();
        var (units, left, committed, rolledBack) = (0, 0L, 0, 0);
        for (var killed = 0; killed < Kills; killed += AtATime)
        {
            promised.AddRange(await KillSomeAsync(ledgers, Math.Min(AtATime, Kills - killed)));
            left += await ledgers.PreparedAsync();
            foreach (var report in await Task.WhenAll(ledgers.RecoverAsync(), ledgers.RecoverAsync()))
            {
                Assert.IsEmpty(report.Failures);
                committed += report.Committed.Count;
                rolledBack += report.RolledBack.Count;
            }

            units = await ledgers.CheckAsync(promised);
        }

        TestContext.WriteLine($"{Kills} processes killed in {watch.Elapsed.TotalSeconds:0} s: {units} units in both databases, " +
                              $"{promised.Count} of them returned before, {left} left prepared; the recoveries committed {committed} and " +
                              $"rolled back {rolledBack}; in one database alone 0, prepared now 0.");
        Assert.AreEqual(left, committed + rolledBack);
    }

    // The zero behind COMMIT keeps COMMIT PREPARED out.
    [TestMethod]
    [DataRow("PREPARE TRANSACTION", true, 0, 0, 0)]
    [DataRow("PREPARE TRANSACTION", false, 0, 1, 0)]
    [DataRow("COMMIT\0", true, 0, 1, 0)]
    [DataRow("COMMIT\0", false, 1, 0, 1)]
    [DataRow("COMMIT PREPARED", true, 1, 0, 1)]
    [DataRow("COMMIT PREPARED", false, 0, 0, 1)]
    public async Task Killed_at_a_step_the_unit_is_ended_as_it_was_decided(
        string step, bool isBefore, int committed, int rolledBack, int units)
    {
        await using var ledgers = await Ledgers.CreateAsync();
        Victim? victim = null;
        await using var first = new StepProxy(ledgers.First, step, isBefore, Kill);
        await using var second = new StepProxy(ledgers.Second, step, isBefore, Kill);
        using (victim = Victim.Start(first.ConnectionString, second.ConnectionString, workers: 1))
            await victim.WaitUntilItIsDeadAsync();
        await ledgers.WaitUntilIdleAsync();

        var report = await ledgers.RecoverAsync();

        Assert.AreEqual(committed, report.Committed.Count);
        Assert.AreEqual(rolledBack, report.RolledBack.Count);
        Assert.AreEqual(units, await ledgers.CheckAsync([]));

        void Kill() => victim!.Kill();
    }

    private static async Task<IEnumerable<Guid>> KillSomeAsync(Ledgers ledgers, int count)
    {
        var victims = Enumerable.Range(0, count).Select(_ => Victim.Start(ledgers.First, ledgers.Second, workers: 4)).ToArray();
        try
        {
            await Task.WhenAll(victims.Select(KillAtAnyMomentAsync));
            await ledgers.WaitUntilIdleAsync();
            return victims.SelectMany(victim => victim.Promised).ToArray();
        }
        finally
        {
            foreach (var victim in victims)
                victim.Dispose();
        }
    }

    private static async Task KillAtAnyMomentAsync(Victim victim)
    {
        await victim.WaitUntilItWorksAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * 100));
        victim.Kill();
        await victim.WaitUntilItIsDeadAsync();
    }
}
