using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace TxAspects.Tests;

/// <summary>A read-only unit that must see what an earlier one wrote, while its standby lags.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ReadYourWritesTests : ClusterTests
{
    [TestMethod]
    public async Task Standby_that_lags_is_waited_for()
    {
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "ALTER SYSTEM SET recovery_min_apply_delay = '300ms'");
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_reload_conf()");

        for (var count = 1; count <= 5; count++)
        {
            var position = await PositionAfterInsertAsync();
            await Tx.RunAsync(
                async () =>
                {
                    Assert.AreNotEqual(Cluster.Primary.Port, await PortInUnitAsync());
                    Assert.AreEqual(count, (await Tx.SessionAsync(Connect)).Orders.Count());
                },
                ReadOnly with { ReadAfter = position });
        }
    }

    [TestMethod]
    public async Task Standby_that_lags_is_left_for_one_that_has_come_so_far()
    {
        await ExecuteAsync(Cluster.Standbys[0], "SELECT pg_wal_replay_pause()");
        var position = await PositionAfterInsertAsync();

        for (var unit = 0; unit < 6; unit++)
        {
            Assert.AreEqual(Cluster.Standbys[1].Port, await Tx.RunAsync(() => PortInUnitAsync(), ReadOnly with { ReadAfter = position }));
            Assert.AreEqual(Cluster.Standbys[1].Port, Tx.Run(() => PortInUnit(Connect), ReadOnly with { ReadAfter = position }));
        }

        await ExecuteAsync(Cluster.Standbys[0], "SELECT pg_wal_replay_resume()");
    }

    [TestMethod]
    public async Task Without_a_position_a_unit_may_read_what_was_before()
    {
        await PauseAsync();
        await PositionAfterInsertAsync();

        Assert.AreEqual(0, await CountAsync(ReadOnly));
        await ResumeAsync();
    }

    [TestMethod]
    public async Task Standby_that_does_not_come_so_far_in_time_is_given_up_for_the_primary_without_a_warning()
    {
        await PauseAsync();
        await using var impatient = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { Name = "shop", ReadYourWrites = TimeSpan.FromMilliseconds(20) });
        var position = await PositionAfterInsertAsync();

        Assert.AreEqual(Cluster.Primary.Port, await Tx.RunAsync(() => PortInUnitAsync(impatient), ReadOnly with { ReadAfter = position }));
        Assert.AreEqual(Cluster.Primary.Port, Tx.Run(() => PortInUnit(impatient), ReadOnly with { ReadAfter = position }));

        Assert.AreEqual("", string.Join(Environment.NewLine, Logged));
        await ResumeAsync();
    }

    [TestMethod]
    public async Task Unit_inside_the_one_that_was_given_the_position_waits_too_and_so_does_a_call_whose_settings_it_adopts()
    {
        await PauseAsync();
        await using var impatient = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { Name = "shop", ReadYourWrites = TimeSpan.Zero });
        var position = await PositionAfterInsertAsync();

        await using var scope = Tx.Open(new UnitOfWorkOptions { ReadAfter = position, AdoptSettings = true });
        Assert.AreEqual(Cluster.Primary.Port,
            await Tx.RunAsync(() => PortInUnitAsync(impatient), ReadOnly with { Propagation = Propagation.RequiresNew }));
        Assert.AreEqual(Cluster.Primary.Port, await Tx.RunAsync(() => PortInUnitAsync(impatient), ReadOnly));

        await scope.CompleteAsync();
        await ResumeAsync();
    }

    [TestMethod]
    public async Task Position_is_told_after_an_early_commit_and_in_the_outcome_and_grows()
    {
        UnitOfWorkOutcome? outcome = null;
        Tx.Configure(new TxAspectsOptions { OnEnded = ended => outcome = ended });
        string? early = null;

        await Tx.RunAsync(async () =>
        {
            Assert.IsNull(Tx.Current!.Position);
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" });
            await Tx.CommitAsync(Connect);
            early = Tx.Current.Position;
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "coffee" });
        });

        StringAssert.StartsWith(early, "shop=0%2F");
        StringAssert.StartsWith(outcome!.Position, "shop=0%2F");
        Assert.IsGreaterThan(0, string.CompareOrdinal(outcome.Position, early));
    }

    [TestMethod]
    public async Task Synchronous_commit_tells_its_position_when_the_answer_ends_late()
    {
        await using var relay = new ServerRelay(Cluster.Primary, endsLate: true);
        await using var connect = PostgresConnect.CreateCluster<ShopContext>(
            relay.Into(ConnectionString), new() { Name = "shop", ReadYourWrites = TimeSpan.FromSeconds(10) });
        for (var unit = 0; unit < 20; unit++)
        {
            ITxUnit? writing = null;
            Tx.Run(() =>
            {
                writing = Tx.Current;
                Tx.Session(connect).Orders.Add(new Order { Item = "tea" });
            });

            Assert.IsNotNull(writing!.Position);
        }
    }

    [TestMethod]
    public async Task Commit_whose_position_cannot_be_asked_is_a_commit_all_the_same()
    {
        var password = new NpgsqlConnectionStringBuilder(ConnectionString).Password;
        await ExecuteAsync(Cluster.Primary, $"CREATE ROLE app LOGIN PASSWORD '{password}'; GRANT ALL ON orders TO app; " +
            "REVOKE EXECUTE ON FUNCTION pg_current_wal_insert_lsn() FROM PUBLIC");
        await using var powerless = PostgresConnect.CreateCluster<ShopContext>(
            new NpgsqlConnectionStringBuilder(ConnectionString) { Username = "app" }.ConnectionString,
            new() { Name = "shop", ReadYourWrites = TimeSpan.Zero });
        ITxUnit? unit = null;

        await Tx.RunAsync(async () =>
        {
            unit = Tx.Current;
            (await Tx.SessionAsync(powerless)).Orders.Add(new Order { Item = "tea" });
        });

        Assert.AreEqual(UnitOfWorkState.Committed, unit!.State);
        Assert.IsNull(unit.Position);
        StringAssert.Contains(Logged.Single(), "is committed in 'shop', but asking for its position");
        Assert.AreEqual(1, await CountAsync(new UnitOfWorkOptions()));
    }

    [TestMethod]
    public async Task Session_of_a_single_server_may_stand_in_for_one_of_the_cluster()
    {
        await using var single = PostgresConnect.Create<ShopContext>(Cluster.Primary.ConnectionStringFor("shop"));
        await using var own = await Tx.NewSessionAsync(single);

        await Tx.RunAsync(async () =>
        {
            Tx.AttachSession(Connect, own);
            await PortInUnitAsync();
            own.Orders.Add(new Order { Item = "tea" });
        });

        Assert.AreEqual(1, await CountAsync(new UnitOfWorkOptions()));
    }

    [TestMethod]
    public async Task Position_covers_the_units_inside_whatever_their_order()
    {
        var inner = new List<string?>();
        string? outer = null;

        await Tx.RunAsync(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Tx.RunInNewContextAsync(async () =>
            {
                (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" });
                await Tx.CommitAsync(Connect);
                lock (inner)
                    inner.Add(Tx.Current!.Position);
            })));
            outer = Tx.Current!.Position;
        });

        Assert.AreEqual(inner.MaxBy(position => NpgsqlLogSequenceNumber.Parse(Uri.UnescapeDataString(position!["shop=".Length..]))), outer);
    }

    [TestMethod]
    public async Task Position_keeps_what_was_known_of_other_connects()
    {
        ITxUnit? unit = null;
        await Tx.RunAsync(
            async () =>
            {
                unit = Tx.Current;
                (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" });
            },
            new UnitOfWorkOptions { ReadAfter = "other=0%2F1&shop=0%2F1" });

        StringAssert.EndsWith(unit!.Position, "&other=0%2F1");
        StringAssert.DoesNotMatch(unit.Position, new("shop=0%2F1&"));
    }

    [TestMethod]
    public async Task Commit_tells_no_position_where_nobody_wants_it_nor_does_a_unit_that_reads()
    {
        await using var plain = PostgresConnect.CreateCluster<ShopContext>(ConnectionString);
        ITxUnit? writing = null;
        ITxUnit? reading = null;

        await Tx.RunAsync(async () =>
        {
            writing = Tx.Current;
            (await Tx.SessionAsync(plain)).Orders.Add(new Order { Item = "tea" });
        });
        await Tx.RunAsync(
            async () =>
            {
                reading = Tx.Current;
                await PortInUnitAsync();
            },
            ReadOnly);

        Assert.IsNull(writing!.Position);
        Assert.IsNull(reading!.Position);
    }

    [TestMethod]
    public async Task Position_that_cannot_be_read_is_ignored()
    {
        foreach (var position in new[] { "", "nonsense", "shop=nonsense", "shop=%", "shop='; DROP TABLE orders", "shop=0/0/0",
            "other=0/FFFFFFFF" })
            Assert.AreEqual(0, await CountAsync(ReadOnly with { ReadAfter = position }));
    }

    [TestMethod]
    public async Task Commit_that_fills_a_page_of_the_log_is_not_waited_for_until_the_next_page_is_begun()
    {
        // One commit in a thousand or so; then the position is behind the header of a page that nobody has begun.
        string position;
        ulong place;
        do
        {
            position = await PositionAfterInsertAsync();
            place = (ulong)NpgsqlLogSequenceNumber.Parse(Uri.UnescapeDataString(position["shop=".Length..])) % 8192;
        }
        while (place != 24);

        await Tx.RunAsync(
            async () => Assert.AreNotEqual(Cluster.Primary.Port, await PortInUnitAsync()), ReadOnly with { ReadAfter = position });
    }

    [TestMethod]
    public async Task Commit_that_is_not_written_to_the_disk_at_once_is_seen_too()
    {
        for (var count = 1; count <= 5; count++)
        {
            ITxUnit? unit = null;
            await Tx.RunAsync(async () =>
            {
                unit = Tx.Current;
                var db = await Tx.SessionAsync(Connect);
                await db.Database.ExecuteSqlRawAsync("SET LOCAL synchronous_commit = off");
                db.Orders.Add(new Order { Item = "tea" });
            });

            Assert.AreEqual(count, await CountAsync(ReadOnly with { ReadAfter = unit!.Position }));
        }
    }

    private async Task<string> PositionAfterInsertAsync()
    {
        ITxUnit? unit = null;
        await Tx.RunAsync(async () =>
        {
            unit = Tx.Current;
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" });
        });
        return unit!.Position!;
    }

    private async Task PauseAsync()
    {
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
    }

    private async Task ResumeAsync()
    {
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_wal_replay_resume()");
    }
}
