using TxAspects.Testing;

namespace TxAspects.Packages.Tests;

[TestClass]
public static class TestRun
{
    /// <summary>One server for all tests; each makes a database of its own on it.</summary>
    internal static PostgresServer Server { get; private set; } = null!;

    [AssemblyInitialize]
    public static async Task Prepare(TestContext context) => Server = await PostgresServer.FindOrStartAsync();

    [AssemblyCleanup]
    public static async Task CleanUp()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }
}
