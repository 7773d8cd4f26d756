using Autofac;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>A database per test, cloned from a template: T3.</summary>
[TestClass]
public sealed class CommittingTests
{
    [TestMethod]
    public async Task Commits_are_real_and_the_rows_of_a_new_context_stay()
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
        await using var connect = ShopServer.Connect(database.ConnectionString);
        await using var services = ShopServer.Build(connect);

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            () => services.Resolve<IOrderService>().PlaceThenAuditAsync(new Order { Item = "tea" }, fail: true));

        Assert.AreEqual("audit of tea", await ShopServer.CommittedAsync(database.ConnectionString));
        await database.VerifyAsync();
    }

    [TestMethod]
    public async Task Static_connect_is_led_to_the_database_of_the_class()
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
        await using var connect = ShopServer.Connect("Host=127.0.0.1;Port=1;Database=none");
        using (database.Redirect(connect))
        {
            await Task.Run(() => Tx.RunAsync(async () => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" })));

            Assert.AreEqual("tea", await ShopServer.CommittedAsync(database.ConnectionString));
            await using var other = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
            StringAssert.Contains(Assert.ThrowsExactly<TestSetUpException>(() => other.Redirect(connect)).Message, "RedirectHere");
        }

        await Assert.ThrowsAsync<Exception>(
            () => Tx.RunAsync(async () => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "nowhere" })));
    }

    [TestMethod]
    public async Task Static_connect_is_led_to_several_databases_at_the_same_time()
        => await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
            using var redirection = database.RedirectHere(ShopServer.Nowhere);

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
                () => Tx.RunAsync(async () => (await Tx.SessionAsync(ShopServer.Nowhere)).Orders.Add(new Order { Item = $"tea {i}" })))));

            Assert.AreEqual(string.Join(',', Enumerable.Repeat($"tea {i}", 4)), await ShopServer.CommittedAsync(database.ConnectionString));
            await database.VerifyAsync();
        }));

    [TestMethod]
    public async Task Redirection_by_delegate_ends_with_it()
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();

        await database.RunAsync(ShopServer.Nowhere, () => Tx.RunAsync(
            async () => (await Tx.SessionAsync(ShopServer.Nowhere)).Orders.Add(new Order { Item = "tea" })));

        Assert.AreEqual("tea", await ShopServer.CommittedAsync(database.ConnectionString));
        await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(
            async () => (await Tx.SessionAsync(ShopServer.Nowhere)).Orders.Add(new Order { Item = "nowhere" })));
    }

    [TestMethod]
    public async Task Transactional_test_runs_in_the_database_of_the_class()
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
        await using var connect = ShopServer.Connect("Host=127.0.0.1;Port=1;Database=none");
        using var redirection = database.Redirect(connect);

        await TransactionalTest.RunAsync(connect, async test =>
        {
            await Tx.RunAsync(async () => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" }));
            Assert.AreEqual("tea", await ShopServer.ItemsAsync(test.Session(connect)));
        });

        Assert.AreEqual("", await ShopServer.CommittedAsync(database.ConnectionString));
    }

    [TestMethod]
    public async Task Round_trips_and_statements_of_a_use_case_are_exact()
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync(countRoundTrips: true);
        await using var connect = ShopServer.Connect(database.ConnectionString);
        await using var services = ShopServer.Build(connect);
        var orders = services.Resolve<IOrderService>();
        await orders.PlaceAsync(new Order { Item = "first" });

        // The reset of a pooled connection and BEGIN go with the INSERT, and the savepoint that tells a failed transaction with the COMMIT.
        Assert.AreEqual(new WireCount(RoundTrips: 2, Statements: 5, Connections: 0),
            await database.Wire!.CountAsync(() => orders.PlaceAsync(new Order { Item = "tea" })));
        Assert.AreEqual(new WireCount(RoundTrips: 0, Statements: 0, Connections: 0),
            await database.Wire.CountAsync(() => Tx.RunAsync(() => Task.CompletedTask)));
    }
}
