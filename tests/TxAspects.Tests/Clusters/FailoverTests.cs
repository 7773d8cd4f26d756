using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A primary that is killed, and a standby that is promoted in its place.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FailoverTests : ClusterTests
{
    private const int Workers = 8;

    protected override IDictionary<string, string> Settings
        => new Dictionary<string, string> { ["synchronous_standby_names"] = "ANY 1 (*)" };

    [TestMethod]
    public async Task First_unit_after_the_promotion_reaches_the_new_primary()
    {
        // Npgsql now knows all three servers for ten seconds.
        await InsertAsync("before");
        await PortAsync(ReadOnly);
        await PortAsync(ReadOnly);

        await Cluster.FailOverAsync();
        await InsertAsync("after", new UnitOfWorkOptions { MaxRetries = 1 });

        Assert.AreEqual(Cluster.Primary.Port, await PortAsync());
        Assert.AreEqual(2L, await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM orders"));
    }

    [TestMethod]
    public async Task First_unit_after_the_promotion_needs_no_repetition_where_the_primary_is_known_to_be_gone()
    {
        await InsertAsync("before");
        await PortAsync(ReadOnly);
        await PortAsync(ReadOnly);
        Cluster.Primary.Kill();
        await Assert.ThrowsAsync<Exception>(() => InsertAsync("lost"));
        await Assert.ThrowsAsync<Exception>(() => InsertAsync("lost"));

        await Cluster.FailOverAsync();

        await InsertAsync("after");
        Tx.Run(() => { Tx.Session(Connect).Orders.Add(new Order { Item = "after" }); });
        Assert.AreEqual(3L, await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM orders"));
    }

    [TestMethod]
    public async Task Unit_in_which_the_primary_dies_is_repeated_on_the_new_one_where_it_was_asked_for()
    {
        var attempts = 0;
        await Tx.RunAsync(
            async () =>
            {
                (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" });
                await (await Tx.SessionAsync(Connect)).SaveChangesAsync();
                if (++attempts == 1)
                {
                    await Cluster.FailOverAsync();
                    await PortInUnitAsync();
                }
            },
            new UnitOfWorkOptions { MaxRetries = 3 });

        Assert.AreEqual(2, attempts);
        Assert.AreEqual(1L, await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM orders"));
    }

    [TestMethod]
    public async Task While_there_is_no_primary_writing_fails_as_transient_and_reading_goes_on()
    {
        await PortAsync(ReadOnly);
        await PortAsync(ReadOnly);
        Cluster.Primary.Kill();

        var attempts = 0;
        await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(
            () =>
            {
                attempts++;
                return PortInUnitAsync();
            },
            new UnitOfWorkOptions { MaxRetries = 3 }));

        Assert.AreEqual(4, attempts);
        Assert.AreEqual(0, await CountAsync(ReadOnly));
        await Cluster.FailOverAsync();
    }

    [TestMethod]
    public async Task Commit_that_waits_for_a_standby_when_the_primary_dies_is_never_reported_as_done()
    {
        foreach (var standby in Cluster.Standbys.ToArray())
            Cluster.KillStandby(standby);
        var commit = InsertAsync("tea", new UnitOfWorkOptions { MaxRetries = 3 });
        while (await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 0)
            await Task.Delay(10, TestContext.CancellationToken);

        await ExecuteAsync(Cluster.Primary, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");

        await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => commit);
    }

    [TestMethod]
    public async Task Marker_is_found_on_the_new_primary()
    {
        await ExecuteAsync(Cluster.Primary, "CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at " +
                                            "timestamptz NOT NULL DEFAULT now())");
        await using var marking = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString,
            new() { Name = "shop", CommitMarkers = new PostgresCommitMarkers(), ReadYourWrites = TimeSpan.FromSeconds(10) });
        ITxUnit? unit = null;
        foreach (var standby in Cluster.Standbys)
            await ExecuteAsync(standby, "SELECT pg_wal_replay_pause()");
        await ExecuteAsync(Cluster.Primary, "ALTER SYSTEM SET synchronous_commit = 'remote_apply'");
        await ExecuteAsync(Cluster.Primary, "SELECT pg_reload_conf()");

        // The standbys have the commit, but it waits until one has applied it.
        var commit = Tx.RunAsync(async () =>
        {
            unit = Tx.Current;
            (await Tx.SessionAsync(marking)).Orders.Add(new Order { Item = "tea" });
        });
        while (await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == 0)
            await Task.Delay(10, TestContext.CancellationToken);
        while (!await ScalarAsync<bool>(Cluster.Primary, "SELECT bool_and(flush_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication"))
            await Task.Delay(10, TestContext.CancellationToken);

        await Cluster.FailOverAsync();
        await ExecuteAsync(Cluster.Standbys.Single(), "SELECT pg_wal_replay_resume()");
        await commit;

        StringAssert.StartsWith(unit!.Position, "shop=");
        Assert.AreEqual(1L, await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM orders"));
    }

    [TestMethod]
    public async Task Every_commit_that_was_acknowledged_under_load_is_on_the_new_primary()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("TXASPECTS_FAILOVER_SECONDS") ?? "3", CultureInfo.InvariantCulture);
        var acknowledged = new ConcurrentDictionary<string, (long Begun, long Done)>();
        var unknown = new ConcurrentDictionary<string, string>();
        var failed = 0;
        var reads = 0;
        using var end = new CancellationTokenSource();
        var writers = Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WriteAsync(worker))).ToArray();
        var reader = Task.Run(ReadAsync);

        await Task.Delay(TimeSpan.FromSeconds(seconds / 2), TestContext.CancellationToken);
        Cluster.Primary.Kill();
        var killed = Stopwatch.GetTimestamp();
        await Cluster.FailOverAsync();
        var promoted = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds / 2), TestContext.CancellationToken);
        await end.CancelAsync();
        await Task.WhenAll(writers.Append(reader));

        var kept = (await ItemsAsync()).ToHashSet();
        var first = acknowledged.Values.Where(commit => commit.Begun > killed).Select(commit => commit.Done).DefaultIfEmpty(long.MaxValue)
            .Min();
        TestContext.WriteLine($"{acknowledged.Count} commits acknowledged, {acknowledged.Keys.Count(item => !kept.Contains(item))} of " +
                              $"them lost; {unknown.Count} unknown, of which {unknown.Keys.Count(kept.Contains)} are there; {failed} " +
                              $"units failed; {reads} reads.");
        TestContext.WriteLine($"After the kill: seen to be promoted at {Milliseconds(promoted)}, first commit on the new primary at " +
                              $"{Milliseconds(first)} ms.");
        Assert.AreEqual("", string.Join(',', acknowledged.Keys.Where(item => !kept.Contains(item))));
        Assert.AreEqual("", string.Join(',', kept.Where(item => !acknowledged.ContainsKey(item) && !unknown.ContainsKey(item))));
        Assert.AreNotEqual(long.MaxValue, first, "Nobody reached the new primary.");
        Assert.IsGreaterThan(0, reads);

        string Milliseconds(long time)
            => Stopwatch.GetElapsedTime(killed, time).TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);

        async Task WriteAsync(int worker)
        {
            for (var number = 0; !end.IsCancellationRequested; number++)
            {
                var item = $"{worker}-{number}";
                var begun = Stopwatch.GetTimestamp();
                try
                {
                    await InsertAsync(item);
                    acknowledged[item] = (begun, Stopwatch.GetTimestamp());
                }
                catch (CommitOutcomeUnknownException)
                {
                    unknown[item] = "";
                }
                catch (Exception)
                {
                    Interlocked.Increment(ref failed);
                    await Task.Delay(5);
                }
            }
        }

        async Task ReadAsync()
        {
            while (!end.IsCancellationRequested)
            {
                await CountAsync(new UnitOfWorkOptions { ReadOnly = true, MaxRetries = 10 });
                reads++;
            }
        }
    }

    private Task<List<string>> ItemsAsync()
        => Tx.RunAsync(async () => await (await Tx.SessionAsync(Connect)).Orders.Select(order => order.Item).ToListAsync());
}
