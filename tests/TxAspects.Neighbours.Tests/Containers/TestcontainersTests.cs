using TxAspects.Testing;

namespace TxAspects.Neighbours.Tests.Containers;

/// <summary>The testing kit on a server that Testcontainers starts.</summary>
[TestClass]
public sealed class TestcontainersTests
{
    [TestMethod]
    public async Task Databases_of_tests_are_on_a_server_in_a_container()
    {
        await using var container = await ContainerServer.StartAsync();
        await using var template = await TestTemplate.CreateAsync(container.Server, async connectionString =>
        {
            await using var shop = PostgresConnect.Create<ShopContext>(connectionString);
            await shop.EnsureCreatedAsync();
        });
        await using var database = await template.CreateDatabaseAsync();
        await using var connect = PostgresConnect.Create<ShopContext>(database.ConnectionString);

        await Tx.RunAsync(async () => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "tea" }));

        await database.VerifyAsync();
    }

    [TestMethod]
    public async Task Without_an_engine_the_test_is_skipped_and_says_why()
    {
        try
        {
            await using var container = await ContainerServer.StartAsync();
        }
        catch (AssertInconclusiveException skipped)
        {
            StringAssert.StartsWith(skipped.Message, "No container engine runs here");
            return;
        }

        Assert.Inconclusive("A container engine runs here.");
    }
}
