using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using TxAspects;
using TxAspects.Testing;

namespace TxShop.Tests;

/// <summary>Each test is one transaction, in which requests commit and roll back as ever, and of which nothing stays.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RequestTests
{
    private static PostgresServer s_server = null!;
    private static TemporaryDatabase s_database = null!;
    private static WebApplicationFactory<Program> s_shop = null!;
    private TransactionalTest _test = null!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        s_server = await PostgresServer.FindOrStartAsync();
        s_database = await TemporaryDatabase.CreateAsync(s_server);
        s_shop = new WebApplicationFactory<Program>()
            .WithWebHostBuilder(host => host.UseSetting("ConnectionStrings:shop", s_database.ConnectionString));
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_shop.DisposeAsync();
        await s_database.DisposeAsync();
        await s_server.DisposeAsync();
    }

    [TestInitialize]
    public async Task BeginAsync()
        => _test = await TransactionalTest.BeginAsync(s_shop.Services.GetRequiredService<DbConnect<ShopContext>>());

    [TestCleanup]
    public async Task EndAsync() => await _test.DisposeAsync();

    [TestMethod]
    public async Task Order_is_committed()
    {
        Assert.AreEqual(HttpStatusCode.Created, await PlaceAsync("tea", quantity: 1));
        Assert.AreEqual("tea", (await ListAsync()).Single().Item);
    }

    [TestMethod]
    public async Task Order_of_too_many_is_rolled_back()
    {
        Assert.AreEqual(HttpStatusCode.Conflict, await PlaceAsync("coffee", quantity: 100));
        Assert.IsEmpty(await ListAsync());
    }

    private async Task<HttpStatusCode> PlaceAsync(string item, int quantity)
    {
        using var client = s_shop.CreateClient();
        using var answer = await client.PostAsJsonAsync("/orders", new NewOrder(item, quantity), TestContext.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<Order[]> ListAsync()
    {
        using var client = s_shop.CreateClient();
        return (await client.GetFromJsonAsync<Order[]>("/orders", TestContext.CancellationToken))!;
    }
}
