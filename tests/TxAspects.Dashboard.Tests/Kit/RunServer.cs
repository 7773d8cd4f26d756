using TxAspects.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>The server of this run: the one of the shared suites, which is started once per test assembly.</summary>
[TestClass]
public static class RunServer
{
    [AssemblyInitialize]
    public static Task StartAsync(TestContext context) => TestServer.StartAsync(context);

    [AssemblyCleanup]
    public static async Task StopAsync()
    {
        await BrowserTests.EndAsync();
        await TestServer.StopAsync();
    }
}
