using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>
/// A server that swallows packets: it accepts connections and answers nothing, or does not even accept them. Each test prints how long its
/// units took, in units of the Timeout.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class SilentServerTests : ClusterTests
{
    private const int Timeout = 2;

    private ServerRelay? _relay;
    private DbConnect<ShopContext>? _connect;

    private ServerRelay Relay => _relay!;

    private DbConnect<ShopContext> Shop => _connect!;

    [TestCleanup]
    public async Task CloseAsync()
    {
        if (_connect is not null)
            await _connect.DisposeAsync();
        if (_relay is not null)
            await _relay.DisposeAsync();
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Read_only_unit_comes_to_another_standby(bool acceptsConnections)
    {
        ConnectThroughRelayTo(Cluster.Standbys[0]);
        await Relay.FallSilentAsync(acceptsConnections);

        for (var unit = 0; unit < 4; unit++)
        {
            Assert.AreEqual(Cluster.Standbys[1].Port, await TimedAsync("reads", ReadOnly));
            Assert.AreEqual(Cluster.Standbys[1].Port, Timed("reads synchronously", ReadOnly));
        }

        // Npgsql 10.0.0 remembered it from the first unit on, 10.0.3 does not; no unit comes to it twice.
        Assert.IsLessThanOrEqualTo(8, Relay.TriedInVain);
        Assert.AreEqual("", string.Join(Environment.NewLine, Logged));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Unit_that_writes_passes_over_a_silent_standby(bool acceptsConnections)
    {
        ConnectThroughRelayTo(Cluster.Standbys[0]);
        await Relay.FallSilentAsync(acceptsConnections);

        for (var unit = 0; unit < 4; unit++)
        {
            Assert.AreEqual(Cluster.Primary.Port, await TimedAsync("writes", new UnitOfWorkOptions()));
            Assert.AreEqual(Cluster.Primary.Port, Timed("writes synchronously", new UnitOfWorkOptions()));
        }

        Assert.IsLessThanOrEqualTo(8, Relay.TriedInVain);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Units_that_read_go_on_while_the_primary_is_silent(bool acceptsConnections)
    {
        ConnectThroughRelayTo(Cluster.Primary);
        await Relay.FallSilentAsync(acceptsConnections);

        var attempts = 0;
        await TimedAsync("writes, with three retries", () => Assert.ThrowsExactlyAsync<ConnectionFailedException>(() => Tx.RunAsync(
            () =>
            {
                attempts++;
                return PortInUnitAsync(Shop);
            },
            new UnitOfWorkOptions { MaxRetries = 3 })));
        for (var unit = 0; unit < 6; unit++)
            Assert.AreNotEqual(Cluster.Primary.Port, await TimedAsync("reads", ReadOnly));

        // Once by each that reads. One that writes also looks for a standby that was promoted, at each of the three servers.
        Assert.AreEqual(4, attempts);
        Assert.IsLessThanOrEqualTo((4 * (1 + 3)) + 6, Relay.TriedInVain);
    }

    [TestMethod]
    public async Task New_primary_is_found_while_the_old_one_is_silent()
    {
        ConnectThroughRelayTo(Cluster.Primary);
        for (var unit = 0; unit < 3; unit++)
            await TimedAsync("reads", ReadOnly);
        await Relay.FallSilentAsync(acceptsConnections: true);
        for (var unit = 0; unit < 3; unit++)
            await TimedAsync("writes", () => Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(() => PortInUnitAsync(Shop))));

        await Cluster.FailOverAsync();

        Assert.AreEqual(Cluster.Primary.Port, await TimedAsync("writes after the promotion", new UnitOfWorkOptions()));
        Assert.AreEqual(Cluster.Primary.Port, Timed("writes synchronously", new UnitOfWorkOptions()));
    }

    [TestMethod]
    public async Task Unit_with_a_pooled_connection_to_a_standby_fails_after_the_command_timeout_and_is_repeated_on_another_one()
    {
        ConnectThroughRelayTo(Cluster.Standbys[0]);
        await FillPoolsAsync();
        await Relay.FallSilentAsync(acceptsConnections: true);

        for (var unit = 0; unit < 4; unit++)
            Assert.AreEqual(Cluster.Standbys[1].Port,
                await TimedAsync("reads, with a retry", new UnitOfWorkOptions { ReadOnly = true, MaxRetries = 1 }));
    }

    [TestMethod]
    public async Task Pooled_connection_of_which_nothing_is_known_any_more_is_asked_first_and_given_up()
    {
        ConnectThroughRelayTo(Cluster.Standbys[0], ";Host Recheck Seconds=1");
        await FillPoolsAsync();
        await Relay.FallSilentAsync(acceptsConnections: true);
        await Task.Delay(1100, TestContext.CancellationToken);

        for (var unit = 0; unit < 4; unit++)
            Assert.AreEqual(Cluster.Standbys[1].Port, await TimedAsync("reads", ReadOnly));
    }

    [TestMethod]
    public async Task Standby_that_is_asked_for_its_position_and_does_not_answer_is_left_for_another_one()
    {
        ConnectThroughRelayTo(Cluster.Standbys[0]);
        await FillPoolsAsync();
        await Relay.FallSilentAsync(acceptsConnections: true);

        for (var unit = 0; unit < 4; unit++)
            Assert.AreEqual(Cluster.Standbys[1].Port,
                await TimedAsync("reads after a position", ReadOnly with { ReadAfter = "shop=0%2F1" }));
    }

    [TestMethod]
    public void Timeout_of_one_second_is_refused_because_Npgsql_makes_it_an_endless_one()
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(() => PostgresConnect.CreateCluster<ShopContext>("Host=a,b;Timeout=1"));

        StringAssert.Contains(refused.Message, "Set it to 2 or more");
    }

    private void ConnectThroughRelayTo(TemporaryPostgres server, string more = "")
    {
        _relay = new ServerRelay(server);
        var settings = new NpgsqlConnectionStringBuilder(Relay.Into(ConnectionString + more)) { Timeout = Timeout, CommandTimeout = 1 };
        _connect = PostgresConnect.CreateCluster<ShopContext>(
            settings.ConnectionString, new() { Name = "shop", ReadYourWrites = TimeSpan.FromMilliseconds(100) });
    }

    /// <summary>Both standbys have a pooled connection, and Npgsql knows all servers.</summary>
    private async Task FillPoolsAsync()
    {
        for (var unit = 0; unit < 3; unit++)
            await Tx.RunAsync(() => PortInUnitAsync(Shop), ReadOnly);
    }

    private Task<int> TimedAsync(string what, UnitOfWorkOptions options)
        => TimedAsync(what, () => Tx.RunAsync(() => PortInUnitAsync(Shop), options));

    private async Task<T> TimedAsync<T>(string what, Func<Task<T>> unit)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await unit();
        Print(what, start);
        return result;
    }

    private int Timed(string what, UnitOfWorkOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        var port = Tx.Run(() => PortInUnit(Shop), options);
        Print(what, start);
        return port;
    }

    private void Print(string what, long start)
        => TestContext.WriteLine(
            $"{(Stopwatch.GetElapsedTime(start).TotalSeconds / Timeout).ToString("F1", CultureInfo.InvariantCulture)} × Timeout: {what}");
}
