using TxAspects.Testing;

[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]

namespace TxAspects.Neighbours.Tests;

[TestClass]
public static class TestRun
{
    /// <summary>One server for all tests.</summary>
    internal static PostgresServer Server { get; private set; } = null!;

    /// <summary>A database with the tables of <see cref="ShopContext"/>.</summary>
    internal static TestTemplate Template { get; private set; } = null!;

    [AssemblyInitialize]
    public static async Task Prepare(TestContext context)
    {
        Server = await PostgresServer.FindOrStartAsync();
        Template = await TestTemplate.CreateAsync(Server, async connectionString =>
        {
            await using var shop = PostgresConnect.Create<ShopContext>(connectionString);
            await shop.EnsureCreatedAsync();
        });
    }

    [AssemblyCleanup]
    public static async Task CleanUp()
    {
        if (Template is not null)
            await Template.DisposeAsync();
        if (Server is not null)
            await Server.DisposeAsync();
    }
}
