using TxAspects.Testing;

[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]

namespace SampleIdentity.Tests;

[TestClass]
public static class TestRun
{
    /// <summary>One server for all tests; each club makes a database of its own on it.</summary>
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
