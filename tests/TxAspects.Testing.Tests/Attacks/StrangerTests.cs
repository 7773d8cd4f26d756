using System.Globalization;
using Npgsql;
using TxAspects.Testing.Servers;

namespace TxAspects.Testing.Tests.Attacks;

/// <summary>What another account of the machine can do to a temporary server: nothing.</summary>
[TestClass]
public sealed class StrangerTests
{
    [TestMethod]
    [DataRow(null, DisplayName = "no password")]
    [DataRow("", DisplayName = "an empty password")]
    [DataRow("postgres", DisplayName = "a guess")]
    public async Task Whoever_does_not_know_the_password_is_refused(string? password)
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await server.CreateDatabaseAsync("shop");

        foreach (var database in new[] { "postgres", "template1", "shop" })
        {
            await using var connection = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(
                    server.ConnectionStringFor(database)) { Password = password, Pooling = false }.ConnectionString);
            await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync());
        }
    }

    [TestMethod]
    public async Task Password_of_one_server_does_not_open_another()
    {
        await using var one = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await using var other = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var password = new NpgsqlConnectionStringBuilder(one.ConnectionString).Password;
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(other.ConnectionString) { Password = password, Pooling = false }.ConnectionString);

        var refused = await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.OpenAsync());

        Assert.AreEqual(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Other_account_gets_in_neither_to_ask_nor_to_replicate()
    {
        OtherAccount.SkipUnlessRoot();
        var psql = Path.Combine(PostgresBinaries.Find(folder: null).Folder, "psql");
        if (!File.Exists(psql))
            Assert.Inconclusive("There is no 'psql' beside the server here.");
        await using var cluster = await TemporaryCluster.StartAsync(standbys: 1, TestRun.Data.Options);

        foreach (var server in cluster.Standbys.Prepend(cluster.Primary))
        {
            foreach (var kind in new[] { "", "replication=database", "replication=true" })
            {
                var (succeeded, output) = await OtherAccount.TryAsync(
                    "\"$1\" -X -w -c 'IDENTIFY_SYSTEM' \"host=127.0.0.1 port=$2 user=postgres dbname=postgres $3\"",
                    psql, server.Port.ToString(CultureInfo.InvariantCulture), kind);
                Assert.IsFalse(succeeded);
                Assert.Contains("password", output);
            }
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Other_account_reads_nothing_of_what_a_server_keeps()
    {
        OtherAccount.SkipUnlessRoot();
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        foreach (var path in new[]
        {
            TestRun.Data.Path, trace.RunFolder, trace.RunFolder + "/data", trace.RunFolder + "/data/postgresql.conf",
            trace.RunFolder + "/server.log",
            TestRun.Data.Template, TestRun.Data.Template + "/record",
        })
            Assert.IsFalse((await OtherAccount.TryAsync("cat -- \"$1\" || ls -- \"$1/.\"", path)).Succeeded, path);
    }

    [TestMethod]
    public async Task Connection_string_says_that_no_server_is_told_the_password_in_clear()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await using var stolen = new StolenPort();

        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Port = stolen.Port, Pooling = false }.ConnectionString);
        await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync());

        var password = new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;
        Assert.DoesNotContain(password, await stolen.HeardAsync());
    }
}
