using Autofac;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.Packages.Tests.Shop;

namespace TxAspects.Packages.Tests.Readmes;

/// <summary>The examples of the packages for containers.</summary>
[TestClass]
public sealed class ContainerExamplesTests : ShopTests
{
    [TestMethod]
    public async Task Autofac()
    {
        var connectionString = ConnectionString;

        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule());
        builder.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, connectionString);
        builder.RegisterType<Orders>().As<IOrders>();
        await using var container = builder.Build();

        await container.Resolve<IOrders>().PlaceAsync("tea");

        Assert.AreEqual("tea", await ItemsAsync());
        Assert.AreEqual(1, await container.Resolve<IOrders>().CountAsync());
    }

    [TestMethod]
    public async Task DependencyInjection()
    {
        var connectionString = ConnectionString;

        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, connectionString);
        builder.Services.AddScoped<IOrders, Orders>();
        builder.AddTxAspects();
        using var host = builder.Build();
        await using var scope = host.Services.CreateAsyncScope();

        await scope.ServiceProvider.GetRequiredService<IOrders>().PlaceAsync("tea");

        Assert.AreEqual("tea", await ItemsAsync());
    }
}
