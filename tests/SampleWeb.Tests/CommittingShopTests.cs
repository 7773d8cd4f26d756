using System.Net;
using System.Net.Http.Json;
using Npgsql;
using SampleWeb.Database;
using SampleWeb.Orders;
using TxAspects.Testing;

namespace SampleWeb.Tests;

/// <summary>
/// Requests in the committing set-up: a database per test. One test at a time, because the application is one and its connect is static.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class CommittingShopTests
{
    private static TestTemplate s_template = null!;
    private TestDatabase _database = null!;
    private IDisposable _redirection = null!;

    [ClassInitialize]
    public static async Task MigrateAsync(TestContext context)
        => s_template = await TestTemplate.CreateAsync(TestRun.Server, connectionString => ShopDatabase.PrepareAsync(connectionString));

    [ClassCleanup]
    public static async Task DropAsync() => await s_template.DisposeAsync();

    [TestInitialize]
    public async Task CreateAsync()
    {
        _database = await s_template.CreateDatabaseAsync(countRoundTrips: true);
        _redirection = _database.Redirect(Shop.Master);
    }

    [TestCleanup]
    public async Task EndAsync()
    {
        _redirection.Dispose();
        await _database.VerifyAsync();
        await _database.DisposeAsync();
    }

    [TestMethod]
    public async Task Order_is_committed_in_the_tests_own_database()
    {
        using var answer = await TestRun.App.Http.PostAsJsonAsync("/orders", new NewOrder("Kim", "COFFEE", 2));

        Assert.AreEqual(HttpStatusCode.Created, answer.StatusCode);
        Assert.AreEqual("Kim", await BuyersAsync());
    }

    [TestMethod]
    public async Task Rollback_by_exception_leaves_nothing_there()
    {
        using var answer = await TestRun.App.Http.PostAsync("/workflows/rollback-by-exception", content: null);

        Assert.AreEqual("", await BuyersAsync());
    }

    [TestMethod]
    public async Task Order_takes_as_many_round_trips_as_it_did()
    {
        await TestRun.App.Http.PostAsJsonAsync("/orders", new NewOrder("Kim", "COFFEE", 1));

        var count = await _database.Wire!.CountAsync(() => TestRun.App.Http.PostAsJsonAsync("/orders", new NewOrder("Lee", "COFFEE", 1)));

        Assert.AreEqual(4, count.RoundTrips);
        Assert.AreEqual(0, count.Connections);
    }

    private async Task<string> BuyersAsync()
    {
        await using var source = NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand("SELECT coalesce(string_agg(buyer, ','), '') FROM orders");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
