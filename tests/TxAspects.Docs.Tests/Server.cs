using TxAspects.Testing;

namespace TxAspects.Docs.Tests;

/// <summary>The server of this run.</summary>
[TestClass]
public static class Server
{
    public static PostgresServer Current { get; private set; } = null!;

    [AssemblyInitialize]
    public static async Task StartAsync(TestContext context)
        => Current = await PostgresServer.FindOrStartAsync(cancellationToken: context.CancellationToken);

    [AssemblyCleanup]
    public static async Task StopAsync() => await Current.DisposeAsync();
}
