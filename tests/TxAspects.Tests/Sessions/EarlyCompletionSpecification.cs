using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Commit, rollback and close while the unit goes on.</summary>
public abstract class EarlyCompletionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Committing_and_closing_on_the_way_keeps_every_row_and_takes_a_fresh_lease_after_the_close()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("1");
            var before = await BackendAsync(await Tx.SessionAsync(Connect));
            await Tx.CommitAsync(Connect);
            Assert.AreEqual(1, await Master.CountAsync());
            Assert.AreEqual(0, Master.ConnectionsLeased);

            await InsertAsync("2");
            await Tx.CommitAsync(Connect);
            await Tx.CloseAsync(Connect);
            Assert.AreEqual(2, await Master.CountAsync());
            Assert.AreEqual(0, Master.ConnectionsLeased);

            // Somebody else takes the connection from the pool, so what the unit gets next is another one.
            await using var other = await Tx.NewSessionAsync(Connect);
            Assert.AreEqual(before, await BackendAsync(other));
            await InsertAsync("3");
            Assert.AreNotEqual(before, await BackendAsync(await Tx.SessionAsync(Connect)));
            await InsertAsync("4");
        });

        Assert.AreEqual("1,2,3,4", await Master.ItemsAsync());
        Assert.AreEqual(2, Master.ConnectionsOpened);
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Committed_work_survives_the_failure_of_the_unit()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("kept");
            await Tx.CommitAsync(Connect);
            await InsertAsync("lost");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Committing_on_the_session_in_hand_is_the_same()
    {
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "kept" });
            await db.CommitAsync();
            Assert.AreEqual(1, await Master.CountAsync());
            await SaveAsync(db, "lost");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rolling_back_by_the_connect_and_by_the_session_keeps_nothing_and_ends_without_an_error()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("1");
            await Tx.RollbackAsync(Connect);
            await InsertAsync("2");
            await (await Tx.SessionAsync(Connect)).RollbackAsync();
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Work_after_a_rollback_is_committed_at_the_end()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "lost");
            await Tx.RollbackAsync(Connect);
            Assert.AreSame(db, await Tx.SessionAsync(Connect));
            await SaveAsync(db, "kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Added_row_is_saved_at_the_end()
    {
        await Units.RequiredAsync(async () => (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" }));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Added_row_is_saved_by_an_early_commit()
    {
        await FailingUnitAsync(async () =>
        {
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" });
            await Tx.CommitAsync(Connect);
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Added_row_is_forgotten_by_a_rollback()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "tea" });
            await Tx.RollbackAsync(Connect);
            Assert.IsEmpty(db.ChangeTracker.Entries());
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Saved_row_is_forgotten_by_a_rollback()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "tea");
            await Tx.RollbackAsync(Connect);
            Assert.IsEmpty(db.ChangeTracker.Entries());
        });
    }

    [TestMethod]
    public async Task Closing_rolls_back_what_is_open_and_gives_the_connection_back()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("lost");
            await Tx.CloseAsync(Connect);
            Assert.AreEqual(0, Master.ConnectionsLeased);
            Assert.IsNull(Tx.FindSession(Connect));
            await InsertAsync("kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Completing_everything_acts_on_every_connect()
    {
        var archive = await CreateArchiveAsync();
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("kept");
            await InsertAsync("kept", archive.Connect);
            await Tx.CommitAllAsync();
            await InsertAsync("rolled back");
            await InsertAsync("rolled back", archive.Connect);
            await Tx.RollbackAllAsync();
            Assert.AreEqual(0, Master.ConnectionsLeased + archive.ConnectionsLeased);
            await InsertAsync("closed");
            await InsertAsync("closed", archive.Connect);
            await Tx.CloseAllAsync();
            Assert.AreEqual(0, Master.ConnectionsLeased + archive.ConnectionsLeased);
            Assert.IsNull(Tx.FindSession(Connect));
            Assert.IsNull(Tx.FindSession(archive.Connect));
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
        Assert.AreEqual("kept", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Completing_without_a_session_does_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await Tx.CommitAsync(Connect);
            await Tx.RollbackAsync(Connect);
            await Tx.CloseAsync(Connect);
            await Tx.CommitAllAsync();
            await Tx.RollbackAllAsync();
            await Tx.CloseAllAsync();
            Assert.IsNull(Tx.FindSession(Connect));
        });

        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Inner_call_may_complete_the_work_of_the_outer_one()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("kept");
            await Units.RequiredAsync(() => Tx.CommitAsync(Connect));
            await InsertAsync("lost");
            await Units.RequiredAsync(() => Tx.RollbackAsync(Connect));
            await InsertAsync("lost too");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Reserved_unit_refuses_completion_to_inner_calls_and_allows_it_to_the_outermost()
    {
        await Units.ReservedAsync(async () =>
        {
            await InsertAsync("tea");
            await Units.RequiredAsync(async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await RefusesAsync(() => Tx.CommitAsync(Connect), "Tx.CommitAsync");
                await RefusesAsync(() => Tx.RollbackAsync(Connect), "Tx.RollbackAsync");
                await RefusesAsync(() => Tx.CloseAsync(Connect), "Tx.CloseAsync");
                await RefusesAsync(() => Tx.CommitAllAsync(), "Tx.CommitAllAsync");
                await RefusesAsync(() => Tx.RollbackAllAsync(), "Tx.RollbackAllAsync");
                await RefusesAsync(() => Tx.CloseAllAsync(), "Tx.CloseAllAsync");
                await RefusesAsync(() => db.CommitAsync(), "db.CommitAsync");
                await RefusesAsync(() => db.RollbackAsync(), "db.RollbackAsync");
                await RefusesAsync(() => Tx.AtomicAsync(Connect, _ => Task.CompletedTask), "Tx.AtomicAsync");
                await Tx.AtomicAsync(Connect, _ => InsertAsync("nested"), WhenInTransaction.Savepoint);
            });
            Assert.AreEqual(0, await Master.CountAsync());
            await Tx.CommitAsync(Connect);
            Assert.AreEqual("nested,tea", await Master.ItemsAsync());
        });
    }

    [TestMethod]
    public async Task Cancelled_token_stops_an_early_completion_before_it_begins()
    {
        var cancelled = new CancellationToken(canceled: true);
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "tea" });
            await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.CommitAsync(Connect, cancelled));
            await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.RollbackAsync(Connect, cancelled));
            await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.CloseAsync(Connect, cancelled));
            Assert.AreSame(db, Tx.FindSession(Connect));
            Assert.AreEqual(EntityState.Added, db.ChangeTracker.Entries().Single().State);
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private async Task RefusesAsync(Func<Task> call, string operation)
    {
        var refused = await Assert.ThrowsExactlyAsync<EarlyCompletionException>(call);
        Assert.AreEqual(operation, refused.Operation);
        Assert.AreEqual(NameOf("ReservedAsync"), refused.UnitName);
    }
}

[TestClass]
public sealed class EarlyCompletionOnInterfaceProxyTests : EarlyCompletionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class EarlyCompletionOnClassProxyTests : EarlyCompletionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class EarlyCompletionOnCallTests : EarlyCompletionSpecification<CallEntry>;
