using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using SampleWeb.Orders;
using SampleWeb.Stock;

namespace SampleWeb.Tests;

/// <summary>
/// Many clients at once over few connections; some leave at any moment, some read slowly. A short time here; longer with eng/web-load.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class LoadTests
{
    private const string SecondsVariable = "SAMPLE_WEB_LOAD_SECONDS";
    private const int Clients = 200;

    private readonly ConcurrentDictionary<(string What, int Status), int> _answers = new();
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private long _kept;
    private long _perhapsKept;

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

        // Who left does not know what became of the order; the ledger does.
        var orders = after.Orders - before.Orders;
        Assert.IsTrue(orders >= _kept, $"{orders} of {_kept} orders that were answered are there.");
        Assert.IsTrue(orders <= _kept + _perhapsKept, $"{orders} orders are there, but {_kept} were answered.");
        Assert.IsTrue(after.IsExact, after.ToString());
        Assert.IsEmpty(_answers.Keys.Where(answer => answer.What.EndsWith("unexpected", StringComparison.Ordinal)));
        await TestApp.AssertNothingIsLeasedAsync();
        Assert.AreEqual(0, await TestRun.App.CountIdleInTransactionAsync());
    }

    private async Task AskAsync(HttpClient http, Random random, long start)
    {
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds)
        {
            var asked = Stopwatch.GetTimestamp();
            await (random.Next(100) switch
            {
                < 6 => LeaveOrderAsync(http.BaseAddress!, random),
                < 12 => LeaveExportAsync(http.BaseAddress!, random),
                < 13 => ReadSlowlyAsync(http.BaseAddress!),
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

    private async Task LeaveOrderAsync(Uri shop, Random random)
    {
        using var client = await RudeClient.AskAsync(shop, "POST", "/orders", """{"buyer":"Left","sku":"TEA","quantity":1}""");
        Interlocked.Increment(ref _perhapsKept);
        await client.LeaveAsync(TimeSpan.FromMilliseconds(random.Next(60)));
        Count("POST /orders, left", 0, 0);
    }

    private async Task LeaveExportAsync(Uri shop, Random random)
    {
        using var client = await RudeClient.AskAsync(shop, "GET", "/orders/export");
        await client.LeaveAsync(TimeSpan.FromMilliseconds(random.Next(60)));
        Count("GET /orders/export, left", 0, 0);
    }

    private async Task ReadSlowlyAsync(Uri shop)
    {
        using var client = await RudeClient.AskAsync(shop, "GET", "/orders/export");
        Count("GET /orders/export, slowly", await client.ReadSlowlyAsync(TimeSpan.FromMilliseconds(5)) ? 200 : 500, 200);
    }

    private void Count(string what, HttpResponseMessage answer, int expected, int kept)
    {
        Count(what, (int)answer.StatusCode, expected);
        Interlocked.Add(ref _kept, kept);
    }

    private void Count(string what, int status, int expected)
        => _answers.AddOrUpdate((status == expected ? what : $"{what} unexpected", status), 1, (_, count) => count + 1);

    private void Print(double seconds, long orders)
    {
        var sorted = _milliseconds.Order().ToArray();
        foreach (var ((what, status), count) in _answers.OrderBy(answer => answer.Key))
            TestContext.WriteLine(FormattableString.Invariant($"{count,8}  {status}  {what}"));
        string[] words =
        [
            FormattableString.Invariant($"{Clients} clients, {WebShopOptions.DefaultPool} connections, {seconds:0.0} s:"),
            FormattableString.Invariant($"{sorted.Length} answers, {sorted.Length / seconds:0} per second, {orders} orders kept;"),
            FormattableString.Invariant($"median {sorted[sorted.Length / 2]:0} ms, 99 % under {sorted[sorted.Length * 99 / 100]:0} ms,"),
            FormattableString.Invariant($"longest {sorted[^1]:0} ms."),
        ];
        TestContext.WriteLine(string.Join(' ', words));
    }
}
