using Microsoft.EntityFrameworkCore;
using Npgsql;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>
/// A commit that waits for a standby which never comes: who ends the wait makes the outcome unknown, although the driver reports success.
/// </summary>
[TestClass]
public sealed class SynchronousStandbyTests : DatabaseTests
{
    private static TemporaryPostgres _server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
        => _server = await TemporaryPostgres.StartAsync(new TemporaryPostgresOptions
        {
            Settings = { ["synchronous_standby_names"] = "nosuch", ["synchronous_commit"] = "local" },
        });

    [ClassCleanup]
    public static async Task StopAsync() => await _server.DisposeAsync();

    [TestMethod]
    public async Task Cancelled_wait_is_not_reported_as_success()
    {
        ITxUnit? unit = null;
        await using var connect = Waiting();
        var run = Tx.RunAsync(async () =>
        {
            unit = Tx.Current;
            await InsertAsync("tea", connect);
        });
        await CancelAsync();

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => run);

        Assert.IsTrue(unknown.WasCutShort);
        Assert.IsNull(unknown.InnerException);
        Assert.Contains("was cut short while it waited for a synchronous standby", unknown.Message);
        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, unit!.State);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Cancelled_wait_of_a_synchronous_unit_is_not_reported_as_success()
    {
        await using var connect = Waiting();
        var run = Task.Run(() => Tx.Run(() => { Tx.Session(connect).Orders.Add(new Order { Item = "tea" }); }));
        await CancelAsync();

        await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => run);
    }

    [TestMethod]
    public async Task Cancelled_wait_of_the_users_own_commit_is_not_reported_as_success()
    {
        await using var connect = Waiting();
        var run = Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await InsertAsync("tea", connect);
            await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => transaction.CommitAsync());
        });
        await CancelAsync();

        await run;
    }

    [TestMethod]
    public async Task Killed_while_waiting_the_row_is_there_and_the_outcome_unknown()
    {
        await using var connect = Waiting();
        var run = Tx.RunAsync(() => InsertAsync("tea", connect), new UnitOfWorkOptions { MaxRetries = 3 });
        await Master.KillAsync(await Master.WaitForBackendAsync("wait_event = 'SyncRep'"));

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => run);

        Assert.IsTrue(unknown.WasCutShort);
        Assert.IsInstanceOfType<NpgsqlException>(unknown.InnerException);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Marker_that_a_failover_may_lose_proves_nothing()
    {
        await Master.ExecuteAsync("CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT " +
                                  "NULL DEFAULT now())");
        await using var connect = Waiting(new PostgresCommitMarkers());
        var run = Tx.RunAsync(() => InsertAsync("tea", connect));
        await Master.KillAsync(await Master.WaitForBackendAsync("wait_event = 'SyncRep'"));

        await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => run);
    }

    [TestMethod]
    public async Task Marker_that_waits_for_the_standby_itself_proves_nothing()
    {
        await Master.ExecuteAsync("CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT " +
                                  "NULL DEFAULT now())");
        await using var proxy = FaultProxy.AtCommit(Master, Fault.RequestLost);
        await using var connect = Waiting(new PostgresCommitMarkers { Timeout = TimeSpan.FromSeconds(1) }, proxy.Port);

        await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => Tx.RunAsync(() => InsertAsync("tea", connect)));
    }

    protected override Task<TestDatabase> CreateMasterAsync() => TestDatabase.CreateOnAsync(_server);

    private DbConnect<ShopContext> Waiting(PostgresCommitMarkers? markers = null, int? port = null) => Master.Create(
        markers: markers, configure: settings =>
    {
        settings.Options = "-c synchronous_commit=on";
        settings.Port = port ?? settings.Port;
    });

    private async Task CancelAsync()
    {
        var pid = await Master.WaitForBackendAsync("wait_event = 'SyncRep'");
        await Master.ExecuteAsync($"SELECT pg_cancel_backend({pid})");
    }
}
