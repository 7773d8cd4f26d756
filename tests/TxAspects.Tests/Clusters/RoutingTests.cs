using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Which server of a cluster a unit reaches.</summary>
[TestClass]
[DoNotParallelize]
public sealed class RoutingTests : ClusterTests
{
    private int[] StandbyPorts => [.. Cluster.Standbys.Select(standby => standby.Port).Order()];

    [TestMethod]
    public async Task Units_that_write_reach_the_primary_and_read_only_ones_all_standbys()
    {
        var writing = new HashSet<int>();
        var reading = new HashSet<int>();
        for (var unit = 0; unit < 8; unit++)
        {
            writing.Add(await PortAsync());
            reading.Add(await PortAsync(ReadOnly));
        }

        Assert.AreEqual(Cluster.Primary.Port, writing.Single());
        CollectionAssert.AreEqual(StandbyPorts, reading.Order().ToArray());
    }

    [TestMethod]
    public async Task Read_only_unit_reads_on_a_server_in_recovery()
        => Assert.IsTrue(await Tx.RunAsync(
            async ()
                => (await (await Tx.SessionAsync(Connect)).Database.SqlQueryRaw<bool>("SELECT pg_is_in_recovery() AS \"Value\"")
                    .ToListAsync()).Single(), ReadOnly));

    [TestMethod]
    public void Synchronous_units_are_routed_too()
    {
        Assert.AreEqual(Cluster.Primary.Port, Tx.Run(() => PortInUnit(Connect)));
        CollectionAssert.Contains(StandbyPorts, Tx.Run(() => PortInUnit(Connect), ReadOnly));
    }

    [TestMethod]
    public async Task Command_that_returns_no_rows_may_be_the_first()
    {
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            Assert.AreEqual(Cluster.Primary.Port, await PortInUnitAsync());
        });
        Tx.Run(() => { Tx.Session(Connect).Database.ExecuteSqlRaw("INSERT INTO orders (item, quantity) VALUES ('tea', 1)"); });
        await Assert.ThrowsAsync<ApplicationException>(() => Tx.RunAsync(async () =>
        {
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('undone', 1)");
            throw new ApplicationException();
        }));

        Assert.AreEqual(2, await CountAsync(new UnitOfWorkOptions()));
    }

    [TestMethod]
    public async Task Read_only_call_inside_a_unit_that_writes_stays_on_its_session()
        => await Tx.RunAsync(async () =>
        {
            var outer = await Tx.SessionAsync(Connect);
            outer.Orders.Add(new Order { Item = "tea" });
            await outer.SaveChangesAsync();

            await Tx.RunAsync(
                async () =>
                {
                    var inner = await Tx.SessionAsync(Connect);
                    Assert.AreSame(outer, inner);
                    Assert.AreEqual(1, await inner.Orders.CountAsync());
                    Assert.AreEqual(Cluster.Primary.Port, await PortInUnitAsync());
                },
                ReadOnly);
        });

    [TestMethod]
    public async Task Unit_opened_early_goes_where_the_call_that_joins_first_wants_it_although_its_session_was_asked_for_before()
    {
        await using var scope = Tx.Open();
        var early = await Tx.SessionAsync(Connect);

        await Tx.RunAsync(
            async () =>
            {
                Assert.AreSame(early, await Tx.SessionAsync(Connect));
                CollectionAssert.Contains(StandbyPorts, await PortInUnitAsync());
            },
            ReadOnly);
        await scope.CompleteAsync();
    }

    [TestMethod]
    public async Task Context_that_comes_back_from_the_pool_serves_either_kind()
    {
        var contexts = new HashSet<ShopContext>();
        for (var unit = 0; unit < 4; unit++)
        {
            foreach (var options in new[] { ReadOnly, new UnitOfWorkOptions() })
            {
                await Tx.RunAsync(
                    async () =>
                    {
                        contexts.Add(await Tx.SessionAsync(Connect));
                        Assert.AreEqual(!options.ReadOnly, await PortInUnitAsync() == Cluster.Primary.Port);
                    },
                    options);
            }
        }

        Assert.HasCount(1, contexts);
    }

    [TestMethod]
    public async Task Session_after_an_early_commit_and_the_users_settings_are_what_they_were()
        => await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Database.SetCommandTimeout(77);
            db.Orders.Add(new Order { Item = "tea" });
            await Tx.CommitAsync(Connect);

            Assert.AreEqual(1, await db.Orders.CountAsync());
            Assert.AreEqual(77, db.Database.GetCommandTimeout());
        });

    [TestMethod]
    public async Task Connection_opened_past_EF_Core_is_refused_after_the_server_was_chosen()
        => await Tx.RunAsync(
            async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await PortInUnitAsync();
                await Tx.RollbackAsync(Connect);
                var connection = db.Database.GetDbConnection();

                await Assert.ThrowsAsync<TxAspectsException>(() => connection.OpenAsync());
            },
            ReadOnly);

    [TestMethod]
    public async Task Session_outside_units_reaches_the_primary()
    {
        await using var db = await Tx.NewSessionAsync(Connect);

        Assert.AreEqual(Cluster.Primary.Port,
            (await db.Database.SqlQueryRaw<int>("SELECT inet_server_port() AS \"Value\"").ToListAsync()).Single());
    }

    [TestMethod]
    public async Task Killed_standbys_are_passed_over_and_without_any_the_primary_answers_which_is_logged_once()
    {
        var standbys = Cluster.Standbys.ToArray();
        await PortAsync(ReadOnly);
        await PortAsync(ReadOnly);

        Cluster.KillStandby(standbys[0]);
        for (var unit = 0; unit < 4; unit++)
            Assert.AreEqual(standbys[1].Port, await PortAsync(new UnitOfWorkOptions { ReadOnly = true, MaxRetries = 3 }));

        Cluster.KillStandby(standbys[1]);
        for (var unit = 0; unit < 4; unit++)
            Assert.AreEqual(Cluster.Primary.Port, await PortAsync(new UnitOfWorkOptions { ReadOnly = true, MaxRetries = 3 }));

        Assert.AreEqual(1, Logged.Count(text => text.StartsWith("No standby of 'shop'", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Host_is_the_list_and_can_be_changed()
    {
        Assert.AreEqual(new NpgsqlConnectionStringBuilder(ConnectionString).Host, Connect.Host);

        await Connect.ChangeHostAsync($"127.0.0.1:{Cluster.Primary.Port}");

        Assert.AreEqual(Cluster.Primary.Port, await PortAsync());
        Assert.AreEqual(Cluster.Primary.Port, await PortAsync(ReadOnly));
    }

    [TestMethod]
    public async Task Load_is_balanced_unless_the_connection_string_says_otherwise()
    {
        var ports = new HashSet<int>();
        await using var first = PostgresConnect.CreateCluster<ShopContext>(ConnectionString + ";Load Balance Hosts=false;Target Session " +
            "Attributes=standby");
        for (var unit = 0; unit < 4; unit++)
            ports.Add(await Tx.RunAsync(() => PortInUnitAsync(first), ReadOnly));

        Assert.AreEqual(Cluster.Standbys[0].Port, ports.Single());
        Assert.AreEqual(Cluster.Primary.Port, await Tx.RunAsync(() => PortInUnitAsync(first)));
    }

    [TestMethod]
    public async Task Full_pool_of_a_server_is_named_and_not_taken_for_a_missing_server()
    {
        await using var small = PostgresConnect.CreateCluster<ShopContext>(ConnectionString + ";Maximum Pool Size=1;Timeout=2");

        var refused = await Assert.ThrowsExactlyAsync<PoolExhaustedException>(() => Tx.RunAsync(async () =>
        {
            await PortInUnitAsync(small);
            await Tx.RunInNewContextAsync(() => PortInUnitAsync(small));
        }));

        Assert.AreEqual("ShopContext", refused.ConnectName);
    }
}
