using System.Net;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>Requests through <c>WebApplicationFactory</c>, which run in an execution context of their own.</summary>
[TestClass]
public sealed class WebTests
{
    [TestMethod]
    public async Task Middleware_commits_and_rolls_back_by_status_inside_a_transactional_test()
    {
        var shared = await ShopServer.SharedAsync();
        await using var connect = ShopServer.Connect(shared.ConnectionString);
        await using var factory = new ShopWebFactory(connect);
        await TransactionalTest.RunAsync(connect, async test =>
        {
            using var client = factory.CreateClient();

            Assert.AreEqual(HttpStatusCode.Created, await PostAsync(client, "/orders/tea?slot=1"));
            Assert.AreEqual(HttpStatusCode.Conflict, await PostAsync(client, "/orders/coffee?status=409"));
            Assert.AreEqual(HttpStatusCode.InternalServerError, await PostAsync(client, "/orders/milk?slot=1"));
            Assert.AreEqual(HttpStatusCode.Conflict, await PostAsync(client, "/orders/rice?status=409&audit=true"));
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(client, "/orders/x")));

            Assert.AreEqual("audit of rice,tea" + string.Concat(Enumerable.Repeat(",x", 8)),
                await ShopServer.ItemsAsync(test.Session(connect)));
        });

        Assert.AreEqual("", await ShopServer.CommittedAsync(shared.ConnectionString));
    }

    [TestMethod]
    public async Task Requests_go_to_the_database_that_a_connect_was_led_to()
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
        await using var connect = ShopServer.Connect("Host=127.0.0.1;Port=1;Database=none;Timeout=1");
        using var redirection = database.Redirect(connect);
        await using var factory = new ShopWebFactory(connect);
        using var client = factory.CreateClient();

        Assert.AreEqual(HttpStatusCode.Created, await PostAsync(client, "/orders/tea"));

        Assert.AreEqual("tea", await ShopServer.CommittedAsync(database.ConnectionString));
        await database.VerifyAsync();
    }

    [TestMethod]
    [DataRow(true, HttpStatusCode.Created)]
    [DataRow(false, HttpStatusCode.InternalServerError)]
    public async Task Redirection_that_flows_reaches_requests_where_the_test_server_preserves_the_context(
        bool preserve, HttpStatusCode expected)
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
        await using var factory = new ShopWebFactory(ShopServer.Nowhere, preserve);
        using var client = factory.CreateClient();
        using var redirection = database.RedirectHere(ShopServer.Nowhere);

        Assert.AreEqual(expected, await PostAsync(client, "/orders/tea"));

        Assert.AreEqual(preserve ? "tea" : "", await ShopServer.CommittedAsync(database.ConnectionString));
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path)
    {
        using var response = await client.PostAsync(path, content: null);
        return response.StatusCode;
    }
}
