using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Npgsql;
using TxAspects.Testing.Servers;
using TxAspects.Testing.Servers.Processes;

namespace TxAspects.Testing.Tests;

[TestClass]
public sealed class TemporaryPostgresTests
{
    [TestMethod]
    public async Task Started_server_answers_at_its_connection_string()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);

        var builder = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        Assert.AreEqual(("127.0.0.1", server.Port), (builder.Host, builder.Port));
        Assert.StartsWith(server.ServerVersion, await Sql.ScalarAsync<string>(server.ConnectionString, "SHOW server_version"));
    }

    [TestMethod]
    public async Task Server_has_the_documented_settings_unless_told_otherwise()
    {
        await using var server = await TemporaryPostgres.StartAsync(new TemporaryPostgresOptions
        {
            DataFolder = TestRun.Data.Path,
            Settings = { ["max_connections"] = "17", ["application_name"] = "it's a test" },
        });

        foreach (var (name, value) in new[]
        {
            ("fsync", "off"), ("full_page_writes", "off"), ("synchronous_commit", "on"), ("max_prepared_transactions", "64"),
            ("wal_level", "replica"), ("TimeZone", "UTC"), ("unix_socket_directories", ""), ("max_connections", "17"),
        })
            Assert.AreEqual(value, await Sql.ScalarAsync<string>(server.ConnectionString, $"SHOW {name}"), name);
        Assert.AreEqual(
            "it's a test",
            await Sql.ScalarAsync<string>(server.ConnectionString, "SELECT reset_val FROM pg_settings WHERE name = 'application_name'"));
    }

    [TestMethod]
    public async Task Server_listens_on_the_loopback_address_only()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);

        var addresses = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Where(listener => listener.Port == server.Port).Select(listener => listener.Address).ToArray();

        CollectionAssert.AreEqual(new[] { IPAddress.Loopback }, addresses);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task Server_folder_is_private()
    {
        await using var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        const UnixFileMode Others = (UnixFileMode)0b000_111_111;
        const UnixFileMode ToReadOrChange = (UnixFileMode)0b000_110_110;
        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(trace.RunFolder) & ToReadOrChange);
        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(trace.RunFolder, "data")) & Others);
        Assert.AreEqual(UnixFileMode.None, File.GetUnixFileMode(TestRun.Data.Template) & Others);
    }

    [TestMethod]
    public async Task Disposed_server_leaves_no_process_and_no_folder()
    {
        var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        await server.DisposeAsync();

        Assert.IsFalse(trace.ProcessLives);
        Assert.IsFalse(trace.FolderExists);
        await trace.AssertGoneAsync();
    }

    [TestMethod]
    public async Task Synchronous_dispose_leaves_nothing_either_and_may_be_repeated()
    {
        var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        var trace = await ServerTrace.OfAsync(server.ConnectionString);

        server.Dispose();
        server.Dispose();
        await server.DisposeAsync();

        Assert.IsFalse(trace.ProcessLives);
        Assert.IsFalse(trace.FolderExists);
    }

    [TestMethod]
    public async Task Disposed_server_refuses_to_create_databases()
    {
        var server = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await server.DisposeAsync();

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => server.CreateDatabaseAsync("late"));
    }

    [TestMethod]
    public async Task Two_servers_at_once_are_apart()
    {
        await using var one = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await using var two = await TemporaryPostgres.StartAsync(TestRun.Data.Options);
        await one.CreateDatabaseAsync("only_here");

        const string Count = "SELECT count(*) FROM pg_database WHERE datname = 'only_here'";
        Assert.AreEqual(1, await Sql.ScalarAsync<long>(one.ConnectionString, Count));
        Assert.AreEqual(0, await Sql.ScalarAsync<long>(two.ConnectionString, Count));
    }

    [TestMethod]
    public async Task Server_nobody_refers_to_keeps_running()
    {
        var connectionString = await StartAndForgetAsync();

        await Task.Yield(); // Off the stack of the start, which may still hold the server.
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200));
        Assert.AreEqual(1, await Sql.ScalarAsync<int>(connectionString, "SELECT 1"));
    }

    [TestMethod]
    public async Task Port_lost_to_another_process_is_replaced()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var ports = new Queue<int>([taken, taken, LoopbackPort.Pick()]);

        var start = new ServerStart(TestRun.Data.Options, PostgresBinaries.Find(folder: null), ports.Dequeue);
        await using var server = await start.RunAsync(CancellationToken.None);

        Assert.IsEmpty(ports);
        Assert.AreNotEqual(taken, server.Port);
        Assert.AreEqual(1, await Sql.ScalarAsync<int>(server.ConnectionString, "SELECT 1"));
    }

    [TestMethod]
    public void Ports_are_odd_and_below_those_for_outgoing_connections()
    {
        for (var round = 0; round < 1000; round++)
        {
            var port = LoopbackPort.Pick();
            Assert.IsTrue(port is > 20000 and < 32768 && int.IsOddInteger(port), $"{port}");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<string> StartAndForgetAsync() => (await TemporaryPostgres.StartAsync()).ConnectionString;
}
