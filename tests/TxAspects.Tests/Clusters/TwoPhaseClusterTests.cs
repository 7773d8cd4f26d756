namespace TxAspects.Tests;

/// <summary>A cluster that takes part in a commit in two phases, together with a server of its own.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TwoPhaseClusterTests : ClusterTests
{
    private static readonly PostgresTwoPhase TwoPhase = new();
    private static readonly UnitOfWorkOptions InTwoPhases = new() { CommitMode = CommitMode.TwoPhase };

    private TestDatabase _archive = null!;
    private DbConnect<ShopContext> _shop = null!;
    private DbConnect<ShopContext> _ledger = null!;

    protected override IDictionary<string, string> Settings
        => new Dictionary<string, string> { ["synchronous_standby_names"] = "ANY 1 (*)", ["max_prepared_transactions"] = "20" };

    private PostgresTwoPhaseRecovery Recovery => new(_shop, _ledger) { GracePeriod = TimeSpan.Zero };

    [TestInitialize]
    public async Task ConnectAsync()
    {
        await ExecuteAsync(Cluster.Primary, "CREATE TABLE txaspects_decisions (id uuid PRIMARY KEY, committed boolean NOT NULL, at " +
                                            "timestamptz NOT NULL DEFAULT now())");
        _archive = await TwoPhaseServers.CreateArchiveAsync();
        _shop = PostgresConnect.CreateCluster<ShopContext>(ConnectionString, new() { Name = "shop", TwoPhase = TwoPhase });
        _ledger = _archive.Create(name: "ledger", twoPhase: TwoPhase);

        // Npgsql now knows all three servers for ten seconds.
        await Tx.RunAsync(() => PortInUnitAsync(_shop));
        for (var unit = 0; unit < 3; unit++)
            await Tx.RunAsync(() => PortInUnitAsync(_shop), ReadOnly);
    }

    [TestCleanup]
    public async Task AssertNothingIsPreparedAsync()
    {
        await using (_archive)
        await using (_ledger)
        await using (_shop)
        {
            if (TestContext.CurrentTestOutcome == UnitTestOutcome.Passed)
                Assert.AreEqual(0, await PreparedAsync(), "A transaction is still prepared.");
            else
                await Recovery.RecoverAsync();
        }
    }

    [TestMethod]
    public async Task It_is_prepared_and_decides_on_the_primary()
    {
        await Tx.RunAsync(() => InsertInBothAsync("follows", _ledger, _shop), InTwoPhases);
        await Tx.RunAsync(() => InsertInBothAsync("decides", _shop, _ledger), InTwoPhases);
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(
            async () =>
            {
                await InsertInBothAsync("undone", _shop, _ledger);
                throw new OutOfStockException();
            },
            InTwoPhases));

        await AssertInBothAsync("decides,follows");
        Assert.AreEqual(1L, await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM txaspects_decisions WHERE committed"));
    }

    [TestMethod]
    public async Task Its_position_is_told_although_another_database_decides()
    {
        await using var shop = PostgresConnect.CreateCluster<ShopContext>(
            ConnectionString, new() { Name = "shop", ReadYourWrites = TimeSpan.FromSeconds(10), TwoPhase = TwoPhase });
        for (var count = 1; count <= 3; count++)
        {
            ITxUnit? unit = null;
            await Tx.RunAsync(
                () =>
                {
                    unit = Tx.Current;
                    return InsertInBothAsync("tea", _ledger, shop);
                },
                InTwoPhases);

            StringAssert.StartsWith(unit!.Position, "shop=");
            Assert.AreEqual(count,
                await Tx.RunAsync(async () => (await Tx.SessionAsync(shop)).Orders.Count(), ReadOnly with { ReadAfter = unit.Position }));
        }
    }

    [TestMethod]
    public async Task Synchronous_unit_stays_on_its_thread_when_answers_end_late()
    {
        await using var relay = new ServerRelay(Cluster.Primary, endsLate: true);
        await using var shop = PostgresConnect.CreateCluster<ShopContext>(
            relay.Into(ConnectionString), new() { Name = "shop", ReadYourWrites = TimeSpan.Zero, TwoPhase = TwoPhase });
        for (var unit = 0; unit < 10; unit++)
        {
            Tx.Run(
                () =>
                {
                    Tx.Session(_ledger).Orders.Add(new Order { Item = "tea" });
                    Tx.Session(shop).Orders.Add(new Order { Item = "tea" });
                },
                InTwoPhases);
        }

        Assert.AreEqual(10L, await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM orders"));
    }

    [TestMethod]
    public async Task What_is_prepared_when_the_primary_dies_is_committed_on_the_new_one_after_the_decision()
    {
        await using var gate = await CommitGate.CloseAsync(_archive);
        var unit = Tx.RunAsync(() => InsertInBothAsync("tea", _ledger, _shop), InTwoPhases);
        await gate.WaitForCommitAsync();

        await Cluster.FailOverAsync();
        await gate.OpenAsync();
        await unit;

        await AssertInBothAsync("tea");
        Assert.AreEqual("", string.Join(Environment.NewLine, Logged));
    }

    [TestMethod]
    public async Task Decision_that_the_primary_never_took_is_looked_up_on_the_new_one_and_undoes_the_rest()
    {
        await ExecuteAsync(Cluster.Primary, """
            CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_gate();
            """);
        var unit = Tx.RunAsync(() => InsertInBothAsync("tea", _shop, _ledger), InTwoPhases);
        await WaitAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')");

        await Cluster.FailOverAsync();

        await Assert.ThrowsAsync<Exception>(() => unit);
        await AssertInBothAsync("");
        Assert.AreEqual(1L, await ScalarAsync<long>(Cluster.Primary, "SELECT count(*) FROM txaspects_decisions WHERE NOT committed"));
    }

    [TestMethod]
    public async Task Recovery_finds_the_new_primary()
    {
        await using (var gate = await CommitGate.CloseAsync(_archive))
        {
            var unit = Tx.RunAsync(() => InsertInBothAsync("tea", _ledger, _shop), InTwoPhases);
            await gate.WaitForCommitAsync();
            Cluster.Primary.Kill();
            await gate.OpenAsync();
            await unit;
        }

        Assert.AreEqual("shop", (await Recovery.RecoverAsync()).Failures.Single().Key);
        await Cluster.FailOverAsync();
        var report = await Recovery.RecoverAsync();

        Assert.HasCount(0, report.Failures);
        Assert.HasCount(1, report.Committed);
        await AssertInBothAsync("tea");
    }

    private static async Task InsertInBothAsync(string item, params DbConnect<ShopContext>[] connects)
    {
        foreach (var connect in connects)
        {
            var db = await Tx.SessionAsync(connect);
            db.Orders.Add(new Order { Item = item });
            await db.SaveChangesAsync();
        }
    }

    private async Task AssertInBothAsync(string items)
    {
        Assert.AreEqual(items, await _archive.ItemsAsync());
        Assert.AreEqual(items, await ScalarAsync<string>(Cluster.Primary, "SELECT coalesce(string_agg(item, ',' ORDER BY item), '') FROM " +
            "orders"));
    }

    private async Task<long> PreparedAsync()
    {
        const string Sql = "SELECT count(*) FROM pg_prepared_xacts WHERE database = current_database()";
        return await ScalarAsync<long>(Cluster.Primary, Sql) + await _archive.ScalarAsync<long>(Sql);
    }

    private async Task WaitAsync(string condition)
    {
        while (!await ScalarAsync<bool>(Cluster.Primary, condition))
            await Task.Delay(10, TestContext.CancellationToken);
    }
}
