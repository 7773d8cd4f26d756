using Autofac;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>200 small tests in the transactional set-up, as an application has them. docs/testing.md says how long they take.</summary>
[TestClass]
public sealed class SuiteOf200TransactionalTests
{
    private static DbConnect<ShopContext> s_connect = null!;
    private static IContainer s_services = null!;

    public static IEnumerable<object[]> Numbers => Enumerable.Range(1, 200).Select(number => new object[] { number });

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        s_connect = ShopServer.Connect((await ShopServer.SharedAsync()).ConnectionString);
        s_services = ShopServer.Build(s_connect);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_services.DisposeAsync();
        await s_connect.DisposeAsync();
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public async Task Order_is_placed(int number)
    {
        await using var test = await TransactionalTest.BeginAsync(s_connect);

        await s_services.Resolve<IOrderService>().PlaceAuditedAsync(new Order { Item = $"tea {number}", Slot = 1 });

        Assert.AreEqual($"audit of tea {number},tea {number}", await ShopServer.ItemsAsync(test.Session(s_connect)));
    }
}
