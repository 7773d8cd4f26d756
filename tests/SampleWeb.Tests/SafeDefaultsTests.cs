using System.Net;
using System.Net.Http.Json;
using System.Text;

namespace SampleWeb.Tests;

/// <summary>What a hostile page, name or value gets from the shop.</summary>
[TestClass]
public sealed class SafeDefaultsTests
{
    private static HttpClient Http => TestRun.App.Http;

    [TestMethod]
    [DataRow("/")]
    [DataRow("/app.js")]
    [DataRow("/products")]
    [DataRow("/orders/nosuch")]
    [DataRow("/openapi/v1.json")]
    public async Task Every_answer_keeps_browsers_strict(string path)
    {
        using var answer = await Http.GetAsync(path);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.AreEqual("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [TestMethod]
    public async Task Refusals_by_exception_keep_the_headers()
    {
        using var answer = await Http.PostAsJsonAsync("/orders", new { buyer = "Eve", sku = "NOSUCH" });

        Assert.AreEqual(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.IsTrue(answer.Headers.Contains("Content-Security-Policy"));
    }

    [TestMethod]
    [DataRow("evil.example", HttpStatusCode.BadRequest)]
    [DataRow("localhost.evil.example", HttpStatusCode.BadRequest)]
    [DataRow("localhost", HttpStatusCode.OK)]
    public async Task Host_that_is_not_the_shops_is_not_answered(string host, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/products") { Headers = { Host = host } };
        using var answer = await Http.SendAsync(request);

        Assert.AreEqual(status, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [DataRow("Origin", "null", HttpStatusCode.Forbidden)]
    [DataRow("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [DataRow("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [DataRow("Sec-Fetch-Site", "same-origin", HttpStatusCode.NoContent)]
    [DataRow("Sec-Fetch-Site", "none", HttpStatusCode.NoContent)]
    [DataRow("Origin", "own", HttpStatusCode.NoContent)]
    [DataRow("Accept", "*/*", HttpStatusCode.NoContent)]
    public async Task Page_of_another_site_changes_nothing(string header, string value, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/products/COFFEE/supplies") { Content = JsonContent.Create(new { quantity = 1 }) };
        request.Headers.Add(header, value == "own" ? Http.BaseAddress!.GetLeftPart(UriPartial.Authority) : value);
        using var answer = await Http.SendAsync(request);

        Assert.AreEqual(status, answer.StatusCode);
    }

    [TestMethod]
    public async Task Workflow_that_another_site_posts_does_not_run()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/workflows/{Expectation.All.Keys.First()}");
        request.Headers.Add("Origin", "https://evil.example");
        using var answer = await Http.SendAsync(request);

        Assert.AreEqual(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.IsFalse(answer.Headers.Contains("Run-Id"));
    }

    [TestMethod]
    [DataRow("POST", "/orders", """{"buyer":"a\u0000b","sku":"TEA"}""", DisplayName = "zero in a name")]
    [DataRow("POST", "/orders", """{"buyer":"Eve","sku":"TEA\u0000"}""", DisplayName = "zero in a key")]
    [DataRow("POST", "/orders", """{"buyer":"a\nb","sku":"TEA"}""", DisplayName = "new line in a name")]
    [DataRow("POST", "/orders", """{"buyer":"\ud800","sku":"TEA"}""", DisplayName = "half a character")]
    [DataRow("POST", "/orders", """{"buyer":"Eve"}""", DisplayName = "no key")]
    [DataRow("POST", "/orders", """{"buyer":null,"sku":null}""", DisplayName = "null")]
    [DataRow("POST", "/orders", "null", DisplayName = "nothing")]
    [DataRow("POST", "/orders", "{", DisplayName = "half a document")]
    [DataRow("POST", "/orders", """{"buyer":"Eve","sku":"TEA","quantity":1e99}""", DisplayName = "huge number")]
    [DataRow("POST", "/products/TEA%00/supplies", """{"quantity":1}""", DisplayName = "zero in a path")]
    [DataRow("POST", "/products/%FF/supplies", """{"quantity":1}""", DisplayName = "no UTF-8 in a path")]
    [DataRow("GET", "/runs/%0A%00", "", DisplayName = "odd run")]
    [DataRow("GET", "/orders/00000000-0000-0000-0000-000000000000%00", "", DisplayName = "odd id")]
    public async Task Odd_input_is_the_clients_mistake_and_not_the_servers(string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);

        Assert.IsTrue((int)answer.StatusCode is >= 400 and < 500, $"{(int)answer.StatusCode}");
        Assert.IsTrue((await TestRun.App.LedgerAsync()).IsExact);
    }
}
