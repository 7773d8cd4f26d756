using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A branch that overlaps with the save that takes the commit along is refused, or the end is: never is half of it kept.</summary>
public abstract class LastSaveBranchSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestInitialize]
    public Task CreateRowAsync()
        => Master.ExecuteAsync("INSERT INTO orders (id, item, quantity) VALUES (1, 'tea', 1); SELECT setval('orders_id_seq', 100)");

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Branch_that_comes_while_the_commit_is_at_the_server_is_refused(bool writes)
    {
        await using var connect = await ConnectAsync();
        Task? branch = null;

        await RunWhileHeldAsync(
            () => Units.RequiredAsync(() => WriteAsync(async () =>
            {
                branch = WhenSentAsync(async () =>
                {
                    var db = await Tx.SessionAsync(connect);
                    _ = writes ? await db.Database.ExecuteSqlRawAsync("UPDATE orders SET item = 'late'") : await db.Orders.CountAsync();
                });
                await ChangeAsync(connect);
            })),
            () => Assert.ThrowsExactlyAsync<SessionInUseException>(() => branch!));

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual("milk", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rollback_that_a_branch_asks_for_then_is_too_late()
    {
        await using var connect = await ConnectAsync();
        Task? branch = null;

        await RunWhileHeldAsync(
            () => Units.RequiredAsync(() => WriteAsync(async () =>
            {
                branch = WhenSentAsync(() =>
                {
                    Tx.SetRollbackOnly("too late");
                    return Task.CompletedTask;
                });
                await ChangeAsync(connect);
            })),
            () => branch!);

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual("milk", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("rolls back", true)]
    [DataRow("rolls back", false)]
    [DataRow("closes", true)]
    [DataRow("closes", false)]
    public async Task Branch_that_gives_the_work_up_when_it_is_committed_is_refused(string act, bool async)
    {
        Task? branch = null;
        FaultProxy? proxy = null;
        proxy = FaultProxy.At("UPDATE orders", Master, Fault.ReplyDelayed, async () =>
        {
            while (await Master.ItemsAsync() != "milk")
                await Master.ExecuteAsync("SELECT pg_sleep(0.01)");
            _sent.SetResult();
            await Task.WhenAny(proxy!.Cancelled, branch!);
        });
        await using var disposed = proxy;
        await using var connect = await ConnectAsync(proxy.Connect(Master, commitsWithSave: true));

        await RunAsync(async, () => WriteAsync(async () =>
        {
            branch = WhenSentAsync(() => GiveUpAsync(act));
            await ChangeAsync(connect);
        }));

        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => branch!);
        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual("milk", await Master.ItemsAsync());
        await Units.RequiredAsync(() => ChangeAsync(connect, "rum"));
        Assert.AreEqual("rum", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("rolls back", true)]
    [DataRow("rolls back", false)]
    [DataRow("closes", true)]
    [DataRow("closes", false)]
    public async Task Unit_whose_branch_gives_the_work_up_before_it_is_committed_says_what_became_of_it(string act, bool async)
    {
        await using var connect = await ConnectAsync();
        Task? branch = null;
        Exception? failure = null;
        Exception? refusal = null;

        await RunWhileHeldAsync(
            async () => failure = await FailureOfAsync(() => RunAsync(async, () => WriteAsync(async () =>
            {
                branch = WhenSentAsync(() => GiveUpAsync(act));
                await ChangeAsync(connect);
            }))),
            async () => refusal = await FailureOfAsync(() => branch!));

        // A rollback cancels the save. It may come back before the unit has learnt of that, and is refused then.
        if (act == "rolls back")
            Assert.IsInstanceOfType<OperationCanceledException>(failure);
        else
            Assert.IsInstanceOfType<SessionInUseException>(refusal);
        Assert.IsTrue(refusal is null or SessionInUseException, $"{refusal}");
        Assert.AreEqual(failure is null ? UnitOfWorkState.Committed : UnitOfWorkState.RolledBack, Unit!.State, $"{failure}");
        Assert.AreEqual(failure is null ? "milk" : "tea", await Master.ItemsAsync());
        await Units.RequiredAsync(() => ChangeAsync(connect, "rum"));
        Assert.AreEqual("rum", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Branch_at_work_when_the_body_ends_lets_nothing_be_sent()
    {
        await using var connect = await ConnectAsync();
        Task? branch = null;

        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.RequiredAsync(() => WriteAsync(async () =>
        {
            await ChangeAsync(connect);
            branch = (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)");

            // A cancellation that met BEGIN would leave open whether the command ran alone.
            await Master.WaitForBackendAsync("wait_event = 'PgSleep'");
        })));

        await Assert.ThrowsAsync<Exception>(() => branch!);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rows_that_are_still_read_when_the_body_ends_let_nothing_be_sent()
    {
        await using var connect = await ConnectAsync();
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) SELECT 'old', 1 FROM generate_series(1, 1000)");
        IAsyncEnumerator<Order>? left = null;

        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.RequiredAsync(() => WriteAsync(async () =>
        {
            await ChangeAsync(connect);
            left = (await Tx.SessionAsync(connect)).Orders.AsNoTracking().AsAsyncEnumerable().GetAsyncEnumerator();
            await left.MoveNextAsync();
        })));

        Assert.AreEqual(0, await Master.ScalarAsync<long>("SELECT count(*) FROM orders WHERE item = 'milk'"));
        await left!.DisposeAsync();
    }

    private static Task GiveUpAsync(string act) => act == "closes" ? Tx.CloseAllAsync() : Tx.RollbackAllAsync();

    // A synchronous unit waits for its save in the thread that runs it.
    private Task RunAsync(bool async, Func<Task> body)
        => async ? Units.RequiredAsync(body) : Task.Run(() => Units.Required(() => body().GetAwaiter().GetResult()));

    private static async Task<Exception?> FailureOfAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private static async Task ChangeAsync(DbConnect<ShopContext> connect, string item = "milk")
    {
        var db = await Tx.SessionAsync(connect);
        var order = new Order { Id = 1, Item = "tea" };
        db.Attach(order);
        order.Item = item;
    }

    /// <summary>Holds the row that the unit changes, so that the unit's save waits at the server while something else happens.</summary>
    private async Task RunWhileHeldAsync(Func<Task> unit, Func<Task> meanwhile)
    {
        await using var holder = new NpgsqlConnection(Master.ConnectionString);
        await holder.OpenAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await using var update = new NpgsqlCommand("UPDATE orders SET item = item WHERE id = 1", holder, holding);
        await update.ExecuteNonQueryAsync();

        var run = unit();
        await Master.WaitForBackendAsync("wait_event_type = 'Lock'");
        _sent.SetResult();
        await meanwhile();
        await holding.RollbackAsync();
        await run;
    }

    private async Task WhenSentAsync(Func<Task> branch)
    {
        await _sent.Task;
        await branch();
    }

    // The first such save asks the database for what has to be known.
    private async Task<DbConnect<ShopContext>> ConnectAsync(DbConnect<ShopContext>? connect = null)
    {
        connect ??= Master.Create(commitsWithSave: true);
        await Units.RequiredAsync(async () => (await Tx.SessionAsync(connect)).Add(new Order { Item = "warm" }));
        await Master.ExecuteAsync("DELETE FROM orders WHERE item = 'warm'");
        return connect;
    }
}

[TestClass]
public sealed class LastSaveBranchesOnInterfaceProxyTests : LastSaveBranchSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LastSaveBranchesOnClassProxyTests : LastSaveBranchSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LastSaveBranchesOnCallTests : LastSaveBranchSpecification<CallEntry>;
