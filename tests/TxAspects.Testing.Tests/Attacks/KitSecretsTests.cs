using Npgsql;

namespace TxAspects.Testing.Tests.Attacks;

/// <summary>What the kit tells in its own words repeats no secret.</summary>
[TestClass]
[DoNotParallelize] // It changes the environment.
public sealed class KitSecretsTests
{
    private const string Secret = "pa55-hunter2";

    private string? _before;

    [TestInitialize]
    public void Remember() => _before = Environment.GetEnvironmentVariable(PostgresServer.ConnectionVariable);

    [TestCleanup]
    public void Restore() => Environment.SetEnvironmentVariable(PostgresServer.ConnectionVariable, _before);

    [TestMethod]
    public async Task Server_that_does_not_start_does_not_tell_its_settings()
    {
        var options = new TemporaryPostgresOptions { DataFolder = TestRun.Data.Path, Settings = { ["max_connections"] = Secret } };

        var thrown = await Assert.ThrowsExactlyAsync<PostgresStartException>(() => TemporaryPostgres.StartAsync(options));

        Assert.Contains(Secret, thrown.Log, "The server did not quote it, so nothing was tried.");
        Assert.DoesNotContain(Secret, thrown.ToString());
        Assert.Contains("'max_connections'", thrown.Message);
    }

    [TestMethod]
    [DataRow("Host=localhost;Password=a;" + Secret + ";b")]
    [DataRow("Host=localhost;Password=a;" + Secret + "=b")]
    [DataRow("Host=localhost;Port=" + Secret)]
    public async Task Connection_string_that_is_none_is_not_repeated(string text)
    {
        Environment.SetEnvironmentVariable(PostgresServer.ConnectionVariable, text);

        foreach (var thrown in new[]
        {
            await Assert.ThrowsExactlyAsync<ArgumentException>(() => PostgresServer.FindOrStartAsync()),
            Assert.ThrowsExactly<ArgumentException>(() => new WireMeter(text)),
        })
            Assert.DoesNotContain("hunter2", thrown.ToString());
    }

    [TestMethod]
    public async Task Unit_that_ended_otherwise_is_told_without_the_message_of_its_exception()
    {
        var options = new TxAspectsOptions();
        using var log = UnitLog.Listen(options);
        Tx.Configure(options);
        try
        {
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(
                () => Tx.RunAsync(
                    () => Task.FromException(new InvalidOperationException(Secret)), new UnitOfWorkOptions { Name = "leaky" }));
        }
        finally
        {
            Tx.Configure(new TxAspectsOptions());
        }

        var thrown = Assert.ThrowsExactly<TestVerificationException>(() => log.AssertCommitted("leaky"));

        Assert.Contains("InvalidOperationException", thrown.Message);
        Assert.DoesNotContain(Secret, thrown.Message);
        Assert.DoesNotContain(Secret, log.Single("leaky").ToString());
    }

    [TestMethod]
    public async Task Password_is_in_no_argument_of_a_process()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Arguments are looked at in /proc.");
        await using var cluster = await TemporaryCluster.StartAsync(standbys: 1, TestRun.Data.Options);
        var password = new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Password!;

        var arguments = await Command.RunAsync("/bin/sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true");

        Assert.Contains("postgres", arguments);
        Assert.DoesNotContain(password, arguments);
    }
}
