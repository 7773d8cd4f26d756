using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A connection of the pool that its server has closed is nobody's failure, and nothing is done twice.</summary>
public abstract class DeadConnectionSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Save_over_a_dead_connection_goes_over_another_one()
    {
        await KillIdleAsync();

        await Units.RequiredAsync(() => WriteAsync("tea"));

        Assert.AreEqual(1, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
    }

    [TestMethod]
    public async Task Save_of_many_rows_gives_each_its_key()
    {
        await KillIdleAsync();
        var orders = Enumerable.Range(0, 20).Select(number => new Order { Item = $"tea{number}" }).ToList();

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.AddRange(orders);
            await db.SaveChangesAsync();
        });

        Assert.AreEqual(20, await Master.CountAsync());
        foreach (var order in orders)
            Assert.AreEqual(order.Item, await Master.ScalarAsync<string>($"SELECT item FROM orders WHERE id = {order.Id}"));
    }

    [TestMethod]
    public async Task Query_over_a_dead_connection_goes_over_another_one()
    {
        await KillIdleAsync();

        await Units.RequiredAsync(async () =>
        {
            Assert.AreEqual(0, await (await Tx.SessionAsync(Connect)).Orders.CountAsync());
            await InsertAsync("tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Read_only_unit_goes_over_another_one_and_stays_read_only()
    {
        await KillIdleAsync();

        await Units.ReadOnlyAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.AreEqual(0, await db.Orders.CountAsync());
            Assert.AreEqual("on", (await db.Database.SqlQueryRaw<string>(
                "SELECT current_setting('transaction_read_only') AS \"Value\"").ToListAsync()).Single());
        });
    }

    [TestMethod]
    public async Task Update_in_the_database_goes_over_another_one()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
        await KillIdleAsync();

        await Units.RequiredAsync(async () => Assert.AreEqual(1, await (await Tx.SessionAsync(Connect)).Orders
            .ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, order => order.Quantity + 1))));

        Assert.AreEqual(2, await Master.ScalarAsync<int>("SELECT quantity FROM orders"));
    }

    [TestMethod]
    public async Task Synchronous_unit_goes_over_another_one()
    {
        await KillIdleAsync();
        Units.Required(() => Insert("tea"));
        await KillIdleAsync();
        Units.Required(() => Assert.AreEqual(1, Tx.Session(Connect).Orders.Count()));
        await KillIdleAsync();

        Units.Required(() => Tx.Session(Connect).Orders.ExecuteDelete());

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task However_many_are_dead_one_that_lives_is_found()
    {
        await KillIdleAsync(connections: 8);

        await Units.RequiredAsync(() => WriteAsync("tea"));

        Assert.AreEqual(1, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Values_of_the_transaction_go_along()
    {
        await using var shop = Master.Create(options => options with { Variables = variables => variables.Set("app.tenant", () => "acme") });
        await Units.RequiredAsync(async () => _ = await (await Tx.SessionAsync(shop)).Orders.CountAsync());
        await KillAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea", shop);
            var db = await Tx.SessionAsync(shop);
            Assert.AreEqual("acme", (await db.Database.SqlQueryRaw<string>(
                "SELECT current_setting('app.tenant') AS \"Value\"").ToListAsync()).Single());
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Second_command_is_not_sent_again()
    {
        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await KillBackendAsync();
            await InsertAsync("milk");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Sql_text_is_not_sent_again()
    {
        await KillIdleAsync();

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(
            async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT nextval('orders_id_seq')")));

        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Transaction_that_user_code_holds_is_not_replaced()
    {
        await KillIdleAsync();

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await InsertAsync("tea");
            await transaction.CommitAsync();
        }));

        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Command_whose_answer_was_lost_is_done_once()
    {
        await using var proxy = FaultProxy.At("INSERT INTO orders", Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);
        await Units.RequiredAsync(async () => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync());

        await Units.RequiredAsync(() => InsertAsync("tea", connect));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Command_is_sent_again_once()
    {
        await using var proxy = FaultProxy.At("INSERT INTO orders", Master, Fault.RequestLost, times: 2);
        await using var connect = proxy.Connect(Master);
        await Units.RequiredAsync(async () => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync());

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(() => InsertAsync("tea", connect)));
        await Units.RequiredAsync(() => InsertAsync("milk", connect));

        Assert.AreEqual("milk", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_that_waited_too_long_is_looked_at_before_raw_commands_too()
    {
        await using var connect = Master.Create(options => options with { CheckIdleAfter = TimeSpan.Zero });
        await Units.RequiredAsync(async () => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync());
        await KillAsync();

        await Units.RequiredAsync(async () =>
            await (await Tx.ConnectionAsync(connect)).ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('raw', 1)"));

        Assert.AreEqual("raw", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(false, 2)]
    [DataRow(true, 3)]
    public async Task Looking_takes_a_round_trip_and_a_connection_just_used_none(bool always, int expected)
    {
        await using var proxy = FaultProxy.ForCounting(Master);
        await using var connect = Master.Create(
            with: options => always ? options with { CheckIdleAfter = TimeSpan.Zero } : options,
            configure: settings => (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port));
        for (var unit = 0; unit < 2; unit++)
            await Units.RequiredAsync(() => InsertAsync("warm", connect));
        var before = proxy.RoundTrips;

        await Units.RequiredAsync(() => InsertAsync("tea", connect));

        Assert.AreEqual(expected, proxy.RoundTrips - before);
    }

    [TestMethod]
    public async Task Many_workers_lose_nothing_while_idle_connections_are_ended()
    {
        const int Workers = 16, Rounds = 12;

        // Between the rounds all connections are idle, and nothing is ended that works.
        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
            {
                for (var number = 0; number < 3; number++)
                    await Units.RequiredAsync(() => InsertAsync($"{round}-{worker}-{number}"));
            })));
            await KillAsync();
        }

        Assert.AreEqual(Workers * Rounds * 3L, await Master.ScalarAsync<long>("SELECT count(DISTINCT item) FROM orders"));
        Assert.AreEqual(Workers * Rounds * 3, await Master.CountAsync());
    }

    private async Task KillIdleAsync(int connections = 1)
    {
        if (TestServer.PoolerPort is not null)
            Assert.Inconclusive("A pooler in between replaces an idle connection that was lost, and nobody notices.");

        var all = new TaskCompletionSource();
        var arrived = 0;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Units.NewContextAsync(async () =>
        {
            await BackendAsync(Connect);
            if (Interlocked.Increment(ref arrived) == connections)
                all.SetResult();
            await all.Task;
        })));
        await KillAsync();
    }

    private async Task KillAsync()
    {
        if (TestServer.PoolerPort is not null)
            Assert.Inconclusive("A pooler in between replaces an idle connection that was lost, and nobody notices.");

        await Master.WaitForBackendAsync("application_name = 'test' AND state = 'idle'");
        await Master.ExecuteAsync("""
            SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'
            """);
    }
}

[TestClass]
public sealed class DeadConnectionsOnInterfaceProxyTests : DeadConnectionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class DeadConnectionsOnClassProxyTests : DeadConnectionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class DeadConnectionsOnCallTests : DeadConnectionSpecification<CallEntry>;
