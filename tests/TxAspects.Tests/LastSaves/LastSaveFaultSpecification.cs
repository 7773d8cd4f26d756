using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// The connection is cut off while a save that has taken the commit along waits for its answer; or something comes too late or goes wrong
/// after it.
/// </summary>
public abstract class LastSaveFaultSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestInitialize]
    public Task CreateRowAsync() => Master.ExecuteAsync("""
        CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL DEFAULT now());
        INSERT INTO orders (id, item, quantity) VALUES (1, 'tea', 1);
        SELECT setval('orders_id_seq', 100)
        """);

    [TestMethod]
    [DataRow(Fault.RequestLost, false, "tea")]
    [DataRow(Fault.ReplyLost, false, "milk")]
    [DataRow(Fault.ReplyLostByReset, false, "milk")]
    [DataRow(Fault.RequestLost, true, "tea")]
    [DataRow(Fault.ReplyLost, true, "milk")]
    public async Task Outcome_is_unknown_and_nothing_is_repeated(Fault fault, bool readsFirst, string kept)
    {
        await using var proxy = FaultProxy.At("UPDATE orders", Master, fault);
        await using var connect = await ConnectAsync(proxy, markers: null);
        var ran = 0;

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => Units.RetryingAsync(() => WriteAsync(async () =>
        {
            Tx.OnCommitted(() => ran++);
            Tx.OnRolledBack(() => ran++);
            await ChangeAsync(connect, readsFirst);
        })));

        Assert.IsInstanceOfType<NpgsqlException>(unknown.InnerException);
        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, Unit!.State);
        Assert.AreEqual(1, Attempts);
        Assert.AreEqual(0, ran);

        // The first answer may be that to the reset of the connection, so the server may still be at work when the client gives up.
        await Master.WaitForNoBackendAsync("application_name = 'test'");
        Assert.AreEqual(kept, await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Marker_tells_that_it_was_kept(bool readsFirst)
    {
        await using var proxy = FaultProxy.At("UPDATE orders", Master, Fault.ReplyLost);
        await using var connect = await ConnectAsync(proxy, new PostgresCommitMarkers());
        var committed = 0;

        await Units.RetryingAsync(() => WriteAsync(async () =>
        {
            Tx.OnCommitted(() => committed++);
            await ChangeAsync(connect, readsFirst);
        }));

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual(1, Attempts);
        Assert.AreEqual(1, committed);
        Assert.AreEqual("milk", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Marker_tells_that_it_was_not_kept_and_never_will_be()
    {
        await using var proxy = FaultProxy.At("UPDATE orders", Master, Fault.RequestLost);
        await using var connect = await ConnectAsync(proxy, new PostgresCommitMarkers());

        await Assert.ThrowsAsync<DbUpdateException>(
            () => Units.RequiredAsync(() => WriteAsync(() => ChangeAsync(connect, readsFirst: true))));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Server_process_that_is_ended_before_it_has_saved_kept_nothing_for_certain()
    {
        await using var connect = Master.Create(commitsWithSave: true);
        await WarmUpAsync(connect);
        await using var holder = new NpgsqlConnection(Master.ConnectionString);
        await using var holding = await HoldRowAsync(holder);

        var run = Units.RequiredAsync(() => WriteAsync(() => ChangeAsync(connect, readsFirst: true)));
        await Master.KillAsync(await Master.WaitForBackendAsync("wait_event_type = 'Lock'"));

        await Assert.ThrowsAsync<DbUpdateException>(() => run);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await holding.RollbackAsync();
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Server_process_that_is_ended_between_two_rows_is_told_and_kept_nothing_for_certain()
    {
        await Master.ExecuteAsync("INSERT INTO orders (id, item, quantity) VALUES (0, 'cake', 1)");
        await using var connect = Master.Create(commitsWithSave: true);
        await WarmUpAsync(connect);
        await using var holder = new NpgsqlConnection(Master.ConnectionString);
        await using var holding = await HoldRowAsync(holder);

        var run = Units.RequiredAsync(() => WriteAsync(async () =>
        {
            var cake = new Order { Id = 0, Item = "cake" };
            (await Tx.SessionAsync(connect)).Entry(cake).State = EntityState.Unchanged;
            cake.Item = "bread";
            await ChangeAsync(connect, readsFirst: true);
        }));
        await Master.KillAsync(await Master.WaitForBackendAsync("wait_event_type = 'Lock'"));

        AssertTold(await Assert.ThrowsAsync<DbUpdateException>(() => run));
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await holding.RollbackAsync();
        Assert.AreEqual("cake,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Server_process_that_is_ended_in_the_commit_is_told_and_a_marker_lets_the_unit_be_repeated(bool hasMarkers)
    {
        await using var connect = Master.Create(commitsWithSave: true, markers: hasMarkers ? new PostgresCommitMarkers() : null);
        await WarmUpAsync(connect);
        await using var gate = await CommitGate.CloseAsync(Master);

        var run = Units.RetryingAsync(() => WriteAsync(async () => (await Tx.SessionAsync(connect)).Add(new Order { Item = "milk" })));
        await Master.KillAsync(await gate.WaitForCommitAsync());
        if (hasMarkers)
        {
            await gate.WaitForCommitAsync();
            await gate.OpenAsync();
            await run;
        }
        else
        {
            AssertTold(await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => run));
        }

        Assert.AreEqual(hasMarkers ? 2 : 1, Attempts);
        Assert.AreEqual(hasMarkers ? "milk,tea" : "tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Deadline_stops_the_save_and_nothing_is_kept()
    {
        await using var connect = Master.Create(commitsWithSave: true);
        await WarmUpAsync(connect);
        await using var holder = new NpgsqlConnection(Master.ConnectionString);
        await using var holding = await HoldRowAsync(holder);

        var failure = await Assert.ThrowsAsync<Exception>(
            () => Units.LimitedAsync(() => WriteAsync(() => ChangeAsync(connect, readsFirst: false))));

        Assert.IsInstanceOfType<UnitOfWorkTimeoutException>(failure as UnitOfWorkTimeoutException ?? failure.InnerException);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await holding.RollbackAsync();
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task What_is_told_of_the_save_comes_too_late_to_fail_it()
    {
        await using var connect = Master.Create(commitsWithSave: true);
        await WarmUpAsync(connect);
        var committed = 0;

        await Units.RequiredAsync(() => WriteAsync(async () =>
        {
            Tx.OnCommitted(() => committed++);
            var db = await Tx.SessionAsync(connect);
            db.SavedChanges += Throw;
            await ChangeAsync(connect, readsFirst: false);
        }));

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual(1, committed);
        Assert.AreEqual("milk", await Master.ItemsAsync());

        static void Throw(object? sender, SavedChangesEventArgs saved)
        {
            ((DbContext)sender!).SavedChanges -= Throw;
            throw new OutOfStockException();
        }
    }

    [TestMethod]
    public async Task Early_commit_does_not_make_a_later_failure_look_kept()
    {
        await using var connect = Master.Create(commitsWithSave: true);
        await WarmUpAsync(connect);

        await Assert.ThrowsAsync<DbUpdateException>(() => Units.RequiredAsync(() => WriteAsync(async () =>
        {
            await ChangeAsync(connect, readsFirst: false);
            await Tx.CommitAllAsync();
            (await Tx.SessionAsync(connect)).Add(new Order { Item = "bad", Quantity = -1 });
        })));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        Assert.AreEqual("milk", await Master.ItemsAsync());
    }

    /// <summary>The server's own answer is there, by which anybody can tell what happened.</summary>
    private static void AssertTold(Exception? failure)
    {
        while (failure is not (null or PostgresException))
            failure = failure.InnerException;
        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, (failure as PostgresException)?.SqlState);
    }

    /// <summary>Locks the row, until the transaction ends.</summary>
    private static async Task<NpgsqlTransaction> HoldRowAsync(NpgsqlConnection holder)
    {
        await holder.OpenAsync();
        var holding = await holder.BeginTransactionAsync();
        await using var update = new NpgsqlCommand("UPDATE orders SET item = 'held' WHERE id = 1", holder, holding);
        await update.ExecuteNonQueryAsync();
        return holding;
    }

    private static async Task ChangeAsync(DbConnect<ShopContext> connect, bool readsFirst)
    {
        var db = await Tx.SessionAsync(connect);
        if (readsFirst)
            _ = await db.Orders.CountAsync();
        var order = new Order { Id = 1, Item = "tea" };
        db.Attach(order);
        order.Item = "milk";
    }

    private async Task<DbConnect<ShopContext>> ConnectAsync(FaultProxy proxy, PostgresCommitMarkers? markers)
    {
        var connect = proxy.Connect(Master, markers: markers, commitsWithSave: markers is null ? true : null);
        await WarmUpAsync(connect);
        return connect;
    }

    // The first such save asks the database for what has to be known.
    private async Task WarmUpAsync(DbConnect<ShopContext> connect)
    {
        await Units.RequiredAsync(async () => (await Tx.SessionAsync(connect)).Add(new Order { Item = "warm" }));
        await Master.ExecuteAsync("DELETE FROM orders WHERE item = 'warm'");
    }
}

[TestClass]
public sealed class LastSaveFaultsOnInterfaceProxyTests : LastSaveFaultSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LastSaveFaultsOnClassProxyTests : LastSaveFaultSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LastSaveFaultsOnCallTests : LastSaveFaultSpecification<CallEntry>;
