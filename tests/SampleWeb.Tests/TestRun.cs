using TxAspects.Testing;

[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]

namespace SampleWeb.Tests;

[TestClass]
public static class TestRun
{
    /// <summary>One server for all tests.</summary>
    internal static PostgresServer Server { get; private set; } = null!;

    /// <summary>The application, in this process, on a port of its own. There is one: the shop's connect is static.</summary>
    internal static TestApp App { get; private set; } = null!;

    [AssemblyInitialize]
    public static async Task Prepare(TestContext context)
    {
        Server = await PostgresServer.FindOrStartAsync();
        App = await TestApp.StartAsync(Server);
    }

    [AssemblyCleanup]
    public static async Task CleanUp()
    {
        if (App is not null)
            await App.DisposeAsync();
        if (Server is not null)
            await Server.DisposeAsync();
    }
}
