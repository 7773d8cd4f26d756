using TxAspects.Testing.Servers;

[assembly: Parallelize(Scope = ExecutionScope.ClassLevel)]

namespace TxAspects.Testing.Tests;

[TestClass]
public static class TestRun
{
    /// <summary>One data folder for most tests, so that 'initdb' runs once.</summary>
    internal static TestFolder Data { get; private set; } = null!;

    [AssemblyInitialize]
    public static void Prepare(TestContext context)
    {
        ThrowIfNothingToStart();
        Data = new TestFolder();
    }

    [AssemblyCleanup]
    public static async Task CleanUp()
    {
        await Shop.ShopServer.StopAsync();
        Data?.Dispose();
    }

    private static void ThrowIfNothingToStart()
    {
        try
        {
            PostgresBinaries.Find(folder: null);
        }
        catch (PostgresNotFoundException e) when (Environment.GetEnvironmentVariable(PostgresServer.ConnectionVariable) is { Length: > 0 })
        {
            Assert.Inconclusive($"Tests run on an existing server, and none can be started here. {e.Message}");
        }
    }
}
