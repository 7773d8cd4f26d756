using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A connect to one server at a time, whose handler looks for the primary.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DiscoveryTests : ClusterTests
{
    [TestMethod]
    public async Task Handler_finds_the_primary_and_after_a_failover_the_new_one()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        await using var discovering = new DbConnect<ShopContext>(new DbConnectOptions<ShopContext>
        {
            Driver = new PostgresDriver(),
            CreateEngine = host => NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Host = host }.ConnectionString),
            ConfigureSession = (builder, engine) => builder.UseNpgsql(engine),
            BeforeCreateSession = async (connect, cancellationToken) =>
                await connect.ChangeHostAsync(await FindPrimaryAsync(settings.Host!.Split(','), cancellationToken), cancellationToken),
        });

        Assert.AreEqual(Cluster.Primary.Port, await Tx.RunAsync(() => PortInUnitAsync(discovering)));
        await Cluster.FailOverAsync();
        Assert.AreEqual(Cluster.Primary.Port, await Tx.RunAsync(() => PortInUnitAsync(discovering)));
    }

    private async Task<string> FindPrimaryAsync(IEnumerable<string> hosts, CancellationToken cancellationToken)
    {
        foreach (var host in hosts)
        {
            await using var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(ConnectionString) { Host = host, Pooling = false }.ConnectionString);
            await using var command = source.CreateCommand("SELECT pg_is_in_recovery()");
            try
            {
                if (await command.ExecuteScalarAsync(cancellationToken) is false)
                    return host;
            }
            catch (NpgsqlException)
            {
                // It is down.
            }
        }

        throw new InvalidOperationException("No server takes writes.");
    }
}
