using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using SampleWeb.Database;
using SampleWeb.Orders;
using TxAspects.Testing;

namespace SampleWeb.Tests;

/// <summary>Requests in the transactional set-up: the middleware commits and rolls back as ever, and nothing of it stays.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TransactionalShopTests
{
    private TransactionalTest _test = null!;

    [TestInitialize]
    public async Task BeginAsync() => _test = await TransactionalTest.BeginAsync(Shop.Master);

    [TestCleanup]
    public async Task EndAsync() => await _test.DisposeAsync();

    [TestMethod]
    public async Task Order_is_there_for_the_test_and_the_next_request()
    {
        using var answer = await TestRun.App.Http.PostAsJsonAsync("/orders", new NewOrder("Kim", "COFFEE", 2));

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        Assert.AreEqual(1, await CountAsync("Kim"));
        var order = await TestRun.App.Http.GetFromJsonAsync<Order>(answer.Headers.Location, TestApp.Json);
        Assert.AreEqual("Kim", order!.Buyer);
    }

    [TestMethod]
    public async Task Order_of_another_test_is_gone() => Assert.AreEqual(0, await CountAsync("Kim"));

    [TestMethod]
    public async Task Refused_order_is_rolled_back_by_its_status()
    {
        using var answer = await TestRun.App.Http.PostAsJsonAsync("/orders", new NewOrder("Lee", "TEAPOT", 1000));

        Assert.AreEqual(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.AreEqual(0, await CountAsync("Lee"));
    }

    private Task<int> CountAsync(string buyer) => _test.Session(Shop.Master).Set<Order>().CountAsync(order => order.Buyer == buyer);
}
