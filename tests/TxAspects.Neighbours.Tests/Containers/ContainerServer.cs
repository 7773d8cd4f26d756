using DotNet.Testcontainers.Builders;
using Testcontainers.PostgreSql;
using TxAspects.Testing;

namespace TxAspects.Neighbours.Tests.Containers;

/// <summary>A server in a container. Where no engine runs, the test is skipped and says why.</summary>
public sealed class ContainerServer : IAsyncDisposable
{
    private readonly PostgreSqlContainer _container;

    private ContainerServer(PostgreSqlContainer container)
        => (_container, Server) = (container, PostgresServer.At(container.GetConnectionString()));

    public PostgresServer Server { get; }

    public static async Task<ContainerServer> StartAsync(string image = "postgres:17")
    {
        try
        {
            var container = new PostgreSqlBuilder(image).Build();
            await container.StartAsync();
            return new ContainerServer(container);
        }
        catch (DockerUnavailableException missing)
        {
            throw new AssertInconclusiveException($"No container engine runs here, so nothing ran in a container. {missing.Message}");
        }
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();
}
