using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// With markers the outcome of a commit whose connection was lost is looked up: it happened, or it did not and never will, or nobody
/// answered in time.
/// </summary>
public abstract class CommitMarkerSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    private static readonly PostgresCommitMarkers Markers = new();

    [TestInitialize]
    public Task CreateTableAsync()
        => Master.ExecuteAsync("CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL " +
                               "DEFAULT now())");

    [TestMethod]
    [DataRow(Fault.ReplyLost)]
    [DataRow(Fault.ReplyLostByReset)]
    public async Task Unit_whose_commit_happened_succeeds(Fault fault)
    {
        await using var proxy = FaultProxy.AtCommit(Master, fault);
        await using var connect = proxy.Connect(Master, markers: Markers);
        var committed = false;

        await Units.RetryingAsync(async () =>
        {
            Tx.OnCommitted(() => committed = true);
            await WriteAsync("tea", connect);
        });

        Assert.IsTrue(committed);
        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual(1, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_whose_commit_did_not_happen_fails_with_what_the_driver_said()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.RequestLost);
        await using var connect = proxy.Connect(Master, markers: Markers);

        await Assert.ThrowsExactlyAsync<NpgsqlException>(() => Units.RequiredAsync(() => WriteAsync("tea", connect)));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_whose_commit_did_not_happen_may_be_repeated()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.RequestLost);
        await using var connect = proxy.Connect(Master, markers: Markers);

        await Units.RetryingAsync(() => WriteAsync("tea", connect));

        Assert.AreEqual(2, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_units_look_it_up_too()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master, markers: Markers);

        Units.Required(() => { Tx.Session(connect).Orders.Add(new Order { Item = "tea" }); });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_goes_on_after_an_early_commit_that_was_looked_up()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master, markers: Markers);

        await Units.RequiredAsync(async () =>
        {
            await WriteAsync("first", connect);
            await Tx.CommitAsync(connect);
            await InsertAsync("second", connect);
        });

        Assert.AreEqual("first,second", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_that_is_still_running_is_waited_for()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyNotAwaited, gate.WaitForCommitAsync);
        await using var connect = proxy.Connect(Master, markers: Markers);
        var unit = Units.RequiredAsync(() => WriteAsync("tea", connect));
        await Master.WaitForBackendAsync("wait_event = 'transactionid'");

        await gate.OpenAsync();
        await unit;

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_that_runs_for_too_long_stays_unknown()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyNotAwaited, gate.WaitForCommitAsync);
        await using var connect = proxy.Connect(Master, markers: new PostgresCommitMarkers { Timeout = TimeSpan.FromSeconds(1) });

        await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => Units.RequiredAsync(() => WriteAsync("tea", connect)));

        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, Unit!.State);
        await gate.OpenAsync();
    }

    [TestMethod]
    public async Task Killed_during_the_commit_the_unit_certainly_rolled_back()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        await using var connect = Master.Create(markers: Markers);
        var unit = Units.RequiredAsync(() => WriteAsync("tea", connect));
        await Master.KillAsync(await gate.WaitForCommitAsync());

        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => unit);

        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, failure.SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
    }

    [TestMethod]
    public async Task Marker_is_written_by_units_that_sent_something_and_are_not_read_only()
    {
        await using var connect = Master.Create(markers: Markers);

        await Units.RequiredAsync(() => WriteAsync("tea", connect));
        await Units.RequiredAsync(async () => _ = await Tx.SessionAsync(connect));
        await Units.ReadOnlyAsync(async () => _ = await BackendAsync(connect));

        Assert.AreEqual(1L, await Master.ScalarAsync<long>("SELECT count(*) FROM txaspects_commits WHERE committed"));
    }

    [TestMethod]
    public async Task Without_the_table_no_unit_commits()
    {
        await using var connect = Master.Create(markers: new PostgresCommitMarkers { Table = "elsewhere.missing" });

        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.RequiredAsync(() => WriteAsync("tea", connect)));

        Assert.AreEqual(PostgresErrorCodes.UndefinedTable, failure.SqlState);
        Assert.AreEqual(0, await Master.CountAsync());
    }
}

[TestClass]
public sealed class CommitMarkerOnInterfaceProxyTests : CommitMarkerSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class CommitMarkerOnClassProxyTests : CommitMarkerSpecification<ClassProxyEntry>;

[TestClass]
public sealed class CommitMarkerOnCallTests : CommitMarkerSpecification<CallEntry>;
