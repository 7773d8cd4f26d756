using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using SampleWeb.Orders;
using SampleWeb.Stock;

namespace SampleWeb.Tests;

/// <summary>Many clients at once over few connections. A short time here; longer with eng/web-load.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LoadTests
{
    private const string SecondsVariable = "SAMPLE_WEB_LOAD_SECONDS";
    private const int Clients = 200;

    private readonly ConcurrentDictionary<(string What, int Status), int> _answers = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private long _kept;

    public required TestContext TestContext { get; init; }

    private static int Seconds => int.Parse(Environment.GetEnvironmentVariable(SecondsVariable) ?? "3", CultureInfo.InvariantCulture);

    [TestMethod]
    public async Task Under_load_every_answer_is_what_was_asked_for_and_the_ledger_is_exact()
    {
        using var http = new HttpClient { BaseAddress = TestRun.App.Http.BaseAddress, Timeout = TimeSpan.FromMinutes(2) };
        foreach (var sku in new[] { "TEA", "COFFEE" })
            (await http.PostAsJsonAsync($"/products/{sku}/supplies", new Supply(1_000_000))).EnsureSuccessStatusCode();
        var before = await TestRun.App.LedgerAsync();
        var start = Stopwatch.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => AskAsync(http, new Random(client), start))));

        var after = await TestRun.App.LedgerAsync();
        Print(Stopwatch.GetElapsedTime(start).TotalSeconds, after.Orders - before.Orders);
        Assert.AreEqual(_kept, after.Orders - before.Orders);
        Assert.IsTrue(after.IsExact, after.ToString());
        Assert.IsEmpty(_answers.Keys.Where(answer => answer.What.EndsWith("unexpected", StringComparison.Ordinal)));
        await TestApp.AssertNothingIsLeasedAsync();
    }

    private async Task AskAsync(HttpClient http, Random random, long start)
    {
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds)
        {
            var asked = Stopwatch.GetTimestamp();
            await (random.Next(100) switch
            {
                < 50 => OrderAsync(http, random.Next(2) == 0 ? "TEA" : "COFFEE", random.Next(1, 4), expected: 201),
                < 58 => OrderAsync(http, "TEAPOT", 1000, expected: 409),
                < 68 => ReadAsync(http, "/ledger"),
                < 76 => ReadAsync(http, "/products"),
                _ => RunAsync(http, Expectation.All.ElementAt(random.Next(Expectation.All.Count))),
            });
            _milliseconds.Enqueue(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
    }

    private async Task OrderAsync(HttpClient http, string sku, int quantity, int expected)
    {
        using var answer = await http.PostAsJsonAsync("/orders", new NewOrder("Load", sku, quantity));
        Count("POST /orders", answer, expected, kept: expected == 201 ? 1 : 0);
    }

    private async Task ReadAsync(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(path);
        Count($"GET {path}", answer, 200, kept: 0);
    }

    private async Task RunAsync(HttpClient http, KeyValuePair<string, Expectation> workflow)
    {
        using var answer = await http.PostAsync($"/workflows/{workflow.Key}", content: null);
        Count($"POST /workflows/{workflow.Key}", answer, workflow.Value.Status, workflow.Value.KeptCount);
    }

    private void Count(string what, HttpResponseMessage answer, int expected, int kept)
    {
        var status = (int)answer.StatusCode;
        _answers.AddOrUpdate((status == expected ? what : $"{what} unexpected", status), 1, (_, count) => count + 1);
        Interlocked.Add(ref _kept, kept);
    }

    private void Print(double seconds, long orders)
    {
        var sorted = _milliseconds.Order().ToArray();
        foreach (var ((what, status), count) in _answers.OrderBy(answer => answer.Key))
            TestContext.WriteLine(FormattableString.Invariant($"{count,8}  {status}  {what}"));
        TestContext.WriteLine(FormattableString.Invariant(
            $"{Clients} clients, {WebShopOptions.DefaultPool} connections, {seconds:0.0} s: {sorted.Length} answers, {sorted.Length / seconds:0} per second, {orders} orders kept;") +
            FormattableString.Invariant($" median {sorted[sorted.Length / 2]:0} ms, 99 % under {sorted[sorted.Length * 99 / 100]:0} ms, longest {sorted[^1]:0} ms."));
    }
}
