#if (autofac)
using Autofac;
#else
using Microsoft.Extensions.DependencyInjection;
#endif
using TxAspects;
using TxAspects.Testing;

[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]

namespace TxShop.Tests;

/// <summary>Each test has a database of its own, copied from a template, in which every commit is real.</summary>
[TestClass]
public sealed class OrdersTests
{
    private static PostgresServer s_server = null!;
    private static TestTemplate s_template = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        s_server = await PostgresServer.FindOrStartAsync();
        s_template = await TestTemplate.CreateAsync(s_server, async connectionString =>
        {
            await using var shop = PostgresConnect.Create<ShopContext>(connectionString, "shop");
            await shop.EnsureCreatedAsync();
        });
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_template.DisposeAsync();
        await s_server.DisposeAsync();
    }

    [TestMethod]
    public async Task Order_is_committed()
    {
        await using var database = await s_template.CreateDatabaseAsync();
        await using var services = ShopServices.Build(database.ConnectionString);
        var orders = OrdersOf(services);

        await orders.PlaceAsync("tea", quantity: 1);

        Assert.AreEqual("tea", (await orders.ListAsync()).Single().Item);
        await database.VerifyAsync();
    }

    [TestMethod]
    public async Task Order_of_too_many_is_rolled_back()
    {
        await using var database = await s_template.CreateDatabaseAsync();
        await using var services = ShopServices.Build(database.ConnectionString);
        var orders = OrdersOf(services);

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => orders.PlaceAsync("coffee", quantity: 100));

        Assert.IsEmpty(await orders.ListAsync());
        await database.VerifyAsync();
    }

#if (autofac)
    private static IOrders OrdersOf(IContainer services) => services.Resolve<IOrders>();
#else
    private static IOrders OrdersOf(IServiceProvider services) => services.GetRequiredService<IOrders>();
#endif
}
