using Autofac;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>
/// 200 small tests in the committing set-up, in two classes that run side by side. docs/testing.md says how long they take.
/// </summary>
public abstract class SuiteOf200CommittingTests
{
    public static IEnumerable<object[]> Numbers => Enumerable.Range(1, 100).Select(number => new object[] { number });

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public async Task Order_is_placed(int number)
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
        await using var connect = ShopServer.Connect(database.ConnectionString);
        await using var services = ShopServer.Build(connect);

        await services.Resolve<IOrderService>().PlaceAuditedAsync(new Order { Item = $"tea {number}", Slot = 1 });

        Assert.AreEqual($"audit of tea {number},tea {number}", await ShopServer.CommittedAsync(database.ConnectionString));
    }
}
