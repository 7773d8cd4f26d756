using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>What a commit in two phases costs, and what a synchronous standby that is not there does to it.</summary>
[TestClass]
public sealed class TwoPhaseCommitTests : TwoPhaseFixture<CallEntry>
{
    [TestMethod]
    public async Task Two_databases_take_three_round_trips_more_than_in_order()
    {
        await using var toMaster = FaultProxy.ForCounting(Master);
        await using var toArchive = FaultProxy.ForCounting(Archive);
        await using var first = toMaster.Connect(Master, twoPhase: TwoPhase);
        await using var second = toArchive.Connect(Archive, "archive", twoPhase: TwoPhase);
        await CountAsync(CommitMode.InOrder);    // opens the connections

        var inOrder = await CountAsync(CommitMode.InOrder);
        var inTwoPhases = await CountAsync(CommitMode.TwoPhase);

        Assert.AreEqual(4, inOrder);    // an INSERT and a COMMIT each
        Assert.AreEqual(7, inTwoPhases);

        async Task<int> CountAsync(CommitMode mode)
        {
            var before = toMaster.RoundTrips + toArchive.RoundTrips;
            await Tx.RunAsync(() => InsertInBothAsync("tea", first, second), new UnitOfWorkOptions { CommitMode = mode });
            return toMaster.RoundTrips + toArchive.RoundTrips - before;
        }
    }

    [TestMethod]
    public async Task Ordinary_role_needs_no_more_than_rights_on_the_tables()
    {
        const string Role = "ordinary_for_two_phases";
        foreach (var database in new[] { Master, Archive })
        {
            var password = new NpgsqlConnectionStringBuilder(database.ConnectionString).Password;
            await database.ExecuteAsync($"""
                DO $$ BEGIN CREATE ROLE {Role} LOGIN PASSWORD '{password}'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                GRANT SELECT, INSERT, UPDATE, DELETE ON orders, txaspects_decisions TO {Role};
                """);
        }

        await using var first = Master.Create(twoPhase: TwoPhase, configure: settings => settings.Username = Role);
        await using var second = Archive.Create(name: "archive", twoPhase: TwoPhase, configure: settings => settings.Username = Role);
        await using var proxy = FaultProxy.At("COMMIT PREPARED", Archive, Fault.RequestLost, times: 2);
        await using var disturbed = Archive.Create(
            name: "archive", twoPhase: TwoPhase,
            configure: settings => (settings.Host, settings.Port, settings.Username) = ("127.0.0.1", proxy.Port, Role));
        await Units.TwoPhaseAsync(() => InsertInBothAsync("tea", first, disturbed));

        var report = await new PostgresTwoPhaseRecovery(
            first, second) { GracePeriod = TimeSpan.Zero, KeepDecisions = TimeSpan.FromTicks(10) }.RecoverAsync();

        Assert.IsEmpty(report.Failures);
        Assert.HasCount(1, report.Committed);
        await AssertInBothAsync("tea");
    }

    [TestMethod]
    public async Task What_was_prepared_without_its_standby_is_rolled_back()
    {
        await using var server = await TemporaryPostgres.StartAsync(new TemporaryPostgresOptions
        {
            Settings = { ["synchronous_standby_names"] = "nosuch", ["synchronous_commit"] = "local" },
        });
        await using var database = await TestDatabase.CreateOnAsync(server, "archive");
        await database.ExecuteAsync("CREATE TABLE txaspects_decisions (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz " +
                                    "NOT NULL DEFAULT now())");
        await using var connect = database.Create(
            name: "archive", twoPhase: TwoPhase, configure: settings => settings.Options = "-c synchronous_commit=on");
        var unit = Units.TwoPhaseAsync(() => InsertInBothAsync("tea", second: connect));

        // Once for PREPARE TRANSACTION, once for ROLLBACK PREPARED, which waits as well.
        await database.ExecuteAsync(
            $"SELECT pg_cancel_backend({await database.WaitForBackendAsync("wait_event = 'SyncRep' AND query LIKE 'PREPARE%'")})");
        await database.ExecuteAsync(
            $"SELECT pg_cancel_backend({await database.WaitForBackendAsync("wait_event = 'SyncRep' AND query LIKE 'ROLLBACK%'")})");

        StringAssert.Contains((await Assert.ThrowsExactlyAsync<TwoPhaseCommitException>(() => unit)).Message, "standby");
        Assert.AreEqual("", await Master.ItemsAsync());
        Assert.AreEqual("", await database.ItemsAsync());
        await database.AssertNothingLeftAsync();
    }
}
