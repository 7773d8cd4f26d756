using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SampleWeb.Orders;
using SampleWeb.Stock;

namespace SampleWeb.Tests;

[TestClass]
public sealed class ApiTests
{
    private static HttpClient Http => TestRun.App.Http;

    [TestMethod]
    public async Task Order_is_committed_when_the_answer_says_so()
    {
        using var answer = await Http.PostAsJsonAsync("/orders", new NewOrder("Dora", "COFFEE", 2));

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        var order = await Http.GetFromJsonAsync<Order>(answer.Headers.Location, TestApp.Json);
        Assert.AreEqual(("Dora", 17.00m), (order!.Buyer, order.Total));
        Assert.Contains(order.Id, (await Http.GetFromJsonAsync<List<Order>>("/orders", TestApp.Json))!.Select(one => one.Id));
    }

    [TestMethod]
    [DataRow("TEAPOT", 1000, HttpStatusCode.Conflict)]
    [DataRow("NOSUCH", 1, HttpStatusCode.NotFound)]
    [DataRow("TEA", 0, HttpStatusCode.BadRequest)]
    public async Task Refused_order_is_a_problem_and_leaves_nothing(string sku, int quantity, HttpStatusCode status)
    {
        using var answer = await Http.PostAsJsonAsync("/orders", new NewOrder($"Refused {sku}", sku, quantity));

        Assert.AreEqual(status, answer.StatusCode);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(
            $"Refused {sku}", (await Http.GetFromJsonAsync<List<Order>>("/orders", TestApp.Json))!.Select(one => one.Buyer));
        Assert.IsTrue((await TestRun.App.LedgerAsync()).IsExact);
    }

    [TestMethod]
    public async Task Supply_is_on_the_shelf_and_in_the_books()
    {
        var before = await StockOfAsync("TEAPOT");

        using var answer = await Http.PostAsJsonAsync("/products/TEAPOT/supplies", new Supply(5));

        Assert.AreEqual(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.AreEqual(before + 5, await StockOfAsync("TEAPOT"));
        Assert.IsTrue((await TestRun.App.LedgerAsync()).IsExact);
    }

    [TestMethod]
    public async Task Document_describes_every_route()
    {
        var document = await Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        foreach (var path in Expectation.All.Keys.Select(name => $"/workflows/{name}")
            .Concat(["/orders", "/orders/{id}", "/products", "/ledger", "/runs/{id}", "/events"]))
            Assert.Contains(path, paths);
    }

    [TestMethod]
    public async Task Health_asks_the_database()
        => Assert.AreEqual("Healthy", await Http.GetStringAsync("/health"));

    [TestMethod]
    [DataRow("/runs/nothing")]
    [DataRow("/runs/00000000000000000000000000000001")]
    [DataRow("/orders/00000000-0000-0000-0000-000000000001")]
    public async Task What_is_not_there_is_404(string path)
    {
        using var answer = await Http.GetAsync(path);

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [TestMethod]
    public async Task Listener_hears_of_a_committed_order_and_of_no_other()
    {
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var stream = await Http.GetStreamAsync("/events", over.Token);
        using var reader = new StreamReader(stream);
        Assert.AreEqual("listening", await NextKindAsync());

        await TestRun.App.RunAsync("rollback-by-exception");
        var told = (await TestRun.App.RunAsync("after-commit")).Id;

        // Other tests run at the same time, and are heard too.
        JsonElement happened;
        do
            happened = await NextAsync();
        while (happened.GetProperty("traceId").GetString() != told);
        Assert.AreEqual("Ada bought TEA.", happened.GetProperty("text").GetString());

        async Task<string?> NextKindAsync() => (await NextAsync()).GetProperty("kind").GetString();

        async Task<JsonElement> NextAsync()
        {
            while (true)
            {
                var line = await reader.ReadLineAsync(over.Token);
                Assert.IsNotNull(line, "The stream ended.");
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]);
            }
        }
    }

    private static async Task<int> StockOfAsync(string sku)
        => (await Http.GetFromJsonAsync<List<Product>>("/products", TestApp.Json))!.Single(product => product.Sku == sku).Stock;
}
