using System.Diagnostics;
using System.Globalization;
using TxAspects;
using TxAspects.Soak;

var option = Array.IndexOf(args, "--faults");
int? wanted = option < 0 ? null : Number(args[option + 1]);
int[] numbers = [.. (option < 0 ? args : [.. args[..option], .. args[(option + 2)..]]).Select(Number)];
var seconds = wanted is not null ? 24 * 3600 : numbers.Length > 0 ? numbers[0] : 60;
var seed = (wanted is null ? numbers.ElementAtOrDefault(1) : numbers.ElementAtOrDefault(0)) is var given and > 0
    ? given
    : Random.Shared.Next(1_000_000);
const int Workers = 8;
const long AllowedGrowth = 16 * 1024 * 1024;
var patience = TimeSpan.FromSeconds(60);

ThreadPool.SetMinThreads(64, 64); // Synchronous calls hold their thread.
Console.WriteLine($"{(wanted is null ? $"{seconds} s" : $"{wanted} faults")}, {Workers} workers, seed {seed}");
await using var target = await Target.CreateAsync(seed);
var (ledger, figures) = (target.Ledger, target.Figures);
using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var clock = Stopwatch.StartNew();
if (wanted is { } enough)
    _ = StopAfterAsync(enough);
var faults = Task.Run(() => new Faults(target.Observer, figures, seed).RunAsync(stop.Token));
var workers = Task.WhenAll(
    Enumerable.Range(0, Workers).Select(number => Task.Run(() => new Worker(target, number, seed).RunAsync(stop.Token))));

await Task.WhenAny(workers, Task.Delay(TimeSpan.FromSeconds(wanted is null ? seconds / 3.0 : 60), stop.Token));
var early = GC.GetTotalMemory(forceFullCollection: true);
if (await StoppedAsync())
    await workers;
else
    ledger.Report($"The workers did not stop within {patience.TotalSeconds} s.");
var elapsed = clock.Elapsed.TotalSeconds;
await stop.CancelAsync();
await faults;
var late = GC.GetTotalMemory(forceFullCollection: true);

if (Tx.IsOpen)
    ledger.Report("A unit is ambient at the end.");
var leased = target.CountLeased();
if (leased != 0)
    ledger.Report($"{leased} connections were not given back.");
var open = await target.CountOpenTransactionsAsync();
if (open != 0)
    ledger.Report($"{open} transactions are open on the server.");
if (late - early > AllowedGrowth)
    ledger.Report("The memory grew.");
await ledger.CompareAsync(target.Observer);

Line("operations", $"{figures["operations"]}, {figures["operations"] / elapsed:f0} per second, {figures["operations returned"]} returned");
Line("calls", $"{figures["asynchronous calls"]} asynchronous, {figures["synchronous calls"]} synchronous");
Line("units", $"{figures["units committed"]} committed, {figures["units rolled back as asked"]} rolled back as asked, " +
              $"{figures["units that threw"]} threw, {figures["units committed with an exception"]} of them committed");
foreach (var (name, count) in figures.StartingWith("unit threw: "))
    Line("", $"{count} {name["unit threw: ".Length..]}");
Line("repeats", $"{figures["repeats"]}");
Line("swallowed", $"{figures["swallowed"]} exceptions");
Line("early", $"{figures["early commits"]} commits, {figures["early rollbacks"]} rollbacks, {figures["early closes"]} closes");
Line("hooks", $"{figures["hooks"]} added for each moment, {figures["hooks after a commit"]} ran after a commit, " +
              $"{figures["hooks after a rollback"]} after a rollback");
Line("", $"expected of them: {string.Join(", ", figures.StartingWith("hooks: ").Select(fate => $"{fate.Value} {fate.Key["hooks: ".Length..]}"))}");
Line("blocks", $"{figures["blocks"]}");
Line("faults", $"{figures["faults: backend terminated"]} backends terminated, {figures["faults: backend cancelled"]} cancelled; " +
               $"connections reset: {figures["faults: reset at random"]} at random, {figures["faults: COMMIT lost"]} before a COMMIT, " +
               $"{figures["faults: answer lost"]} before its answer");
Line("rows", $"{ledger.Rows}: {ledger.Count(Expectation.Present)} must be there, {ledger.Count(Expectation.Absent)} must not, " +
             $"{ledger.Count(Expectation.Either)} unknown");
Line("memory", $"{early / 1048576.0:f1} MB after a third, {late / 1048576.0:f1} MB at the end");
Line("doors", string.Join(", ", figures.StartingWith("EF Core: ").Select(door => $"{door.Value} {door.Key["EF Core: ".Length..]}")));
Line("", $"{figures["saves with an interceptor"]} saves with an interceptor, {figures["overlapping calls"]} pairs of overlapping calls");
Line("", $"{figures["contexts disposed after their unit"]} contexts disposed after their unit, {figures["openings cancelled"]} openings " +
         "cancelled");
Line("left", $"{leased} connections leased, {open} transactions open");
Line("faults", $"{CountFaults()} in all");
Line("summary", $"acknowledged and lost {ledger.Lost}, invented {ledger.Invented}, misreported {ledger.Misreported}, connections leased " +
                $"{leased}");
Line("disagreements", $"{ledger.ProblemCount}");
foreach (var problem in ledger.Problems)
    Console.WriteLine($"  {problem}");
if (ledger.ProblemCount == 0)
    return 0;

Console.WriteLine($"Repeat it with: eng/soak {(wanted is null ? seconds : $"--faults {wanted}")} {seed}");
return 1;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

int CountFaults() => figures.StartingWith("faults: ").Sum(fault => fault.Value);

async Task StopAfterAsync(int faultsWanted)
{
    using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
    while (CountFaults() < faultsWanted && !stop.IsCancellationRequested)
        await timer.WaitForNextTickAsync();
    await stop.CancelAsync();
}

// The workers get some time to stop, whatever it was that ended the run.
async Task<bool> StoppedAsync()
{
    try
    {
        await workers.WaitAsync(stop.Token);
    }
    catch (OperationCanceledException)
    {
        await Task.WhenAny(workers, Task.Delay(patience));
    }

    return workers.IsCompleted;
}

static void Line(string name, string text) => Console.WriteLine($"{name,-14}{text}");
