using Npgsql;

namespace TxAspects.Testing.Tests;

[TestClass]
public sealed class TemporaryClusterTests
{
    [TestMethod]
    public async Task Standbys_follow_the_primary_and_after_a_failover_the_new_one()
    {
        await using var cluster = await TemporaryCluster.StartAsync(
            options: new TemporaryPostgresOptions { Settings = { ["synchronous_standby_names"] = "ANY 1 (*)",
                ["synchronous_commit"] = "remote_apply" } });
        var first = cluster.Primary;
        await AskAsync(first, "CREATE TABLE kept (id int)");

        await cluster.FailOverAsync();
        await AskAsync(cluster.Primary, "INSERT INTO kept VALUES (1)");

        Assert.AreNotSame(first, cluster.Primary);
        Assert.AreEqual(false, await AskAsync(cluster.Primary, "SELECT pg_is_in_recovery()"));
        Assert.AreEqual(true, await AskAsync(cluster.Standbys.Single(), "SELECT pg_is_in_recovery()"));
        Assert.AreEqual(1L, await AskAsync(cluster.Standbys.Single(), "SELECT count(*) FROM kept"));
        await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(first, "SELECT 1"));
        Assert.AreEqual(3, new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Host!.Split(',').Length);
    }

    [TestMethod]
    public async Task Standby_of_another_cluster_is_not_killed_and_without_a_standby_nothing_can_fail_over()
    {
        await using var cluster = await TemporaryCluster.StartAsync(standbys: 0);

        Assert.ThrowsExactly<ArgumentException>(() => cluster.KillStandby(cluster.Primary));
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => cluster.FailOverAsync());

        Assert.AreEqual(1, await AskAsync(cluster.Primary, "SELECT 1"));
    }

    private static async Task<object?> AskAsync(TemporaryPostgres server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false });
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
