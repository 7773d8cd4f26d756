using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// Queries of a read-only unit take one round trip each: every one is a read-only transaction of its own, on the unit's connection. What
/// needs more gets a transaction of the unit's.
/// </summary>
public abstract class LoneQuerySpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private FaultProxy? _proxy;

    [TestMethod]
    public Task One_query_takes_one() => AssertAsync(1, async db => Assert.AreEqual(1, await db.Orders.CountAsync()));

    [TestMethod]
    public Task Three_queries_take_three() => AssertAsync(3, async db =>
    {
        Assert.AreEqual("tea", (await db.Orders.SingleAsync()).Item);
        Assert.IsTrue(await db.Orders.AnyAsync(order => order.Item == "tea"));
        Assert.AreEqual(1, await db.Orders.Where(order => order.Quantity == 1).CountAsync());
    });

    [TestMethod]
    public Task All_go_over_one_connection_which_others_cannot_have() => AssertAsync(2, async db =>
    {
        _ = await db.Orders.CountAsync();
        Assert.AreEqual(1, Master.ConnectionsLeased);
        _ = await db.Orders.CountAsync();
        Assert.AreEqual(1, Master.ConnectionsLeased);
    });

    [TestMethod]
    public Task Raw_SQL_begins_the_units_transaction() => AssertAsync(1 + 2, async db =>
    {
        _ = await db.Orders.CountAsync();
        _ = await db.Orders.FromSql($"SELECT * FROM orders").CountAsync();
    });

    [TestMethod]
    public Task Raw_connection_begins_the_units_transaction() => AssertAsync(1 + 3, async db =>
    {
        _ = await db.Orders.CountAsync();
        var connection = await Tx.ConnectionAsync(_connect!);
        var refused = await Assert.ThrowsExactlyAsync<PostgresException>(
            () => connection.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('milk', 1)"));
        Assert.IsTrue(TestDatabase.IsReadOnlyRefusal(refused));
        await Tx.RollbackAsync(_connect!);
    });

    [TestMethod]
    public Task Query_that_writes_is_refused() => AssertAsync(1 + 1, async db =>
    {
        await Master.ExecuteAsync("""
            ALTER TABLE orders RENAME TO kept;
            CREATE FUNCTION brew() RETURNS integer LANGUAGE sql AS 'INSERT INTO kept (item, quantity) VALUES (''milk'', 1) RETURNING 1';
            CREATE VIEW orders AS SELECT id, brew() AS quantity, item, code, slot, version FROM kept
            """);
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => db.Orders.ToListAsync());
        await Master.ExecuteAsync("DROP VIEW orders; ALTER TABLE kept RENAME TO orders");
        await Tx.RollbackAsync(_connect!);
    });

    [TestMethod]
    public async Task Query_that_fails_dooms_the_unit_until_it_is_rolled_back()
    {
        await using var connect = await ConnectAsync();

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.ReadOnlyAsync(() => FailAsync(connect)));
        await Units.ReadOnlyAsync(async () =>
        {
            await FailAsync(connect);
            var db = await Tx.SessionAsync(connect);
            var refused = await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Orders.CountAsync());
            Assert.AreEqual(PostgresErrorCodes.InFailedSqlTransaction, refused.SqlState);
            await Tx.RollbackAsync(connect);
            Assert.AreEqual(1, await db.Orders.CountAsync());
        });
    }

    [TestMethod]
    public Task Nested_call_reads_in_the_units_transaction_and_is_undone_alone() => AssertAsync(1 + 1 + 1 + 1 + 1, async db =>
    {
        _ = await db.Orders.CountAsync();
        await Assert.ThrowsAsync<PostgresException>(() => Tx.RunAsync(
            () => FailingQuery(db), new UnitOfWorkOptions { ReadOnly = true, Propagation = Propagation.Nested }));
        _ = await db.Orders.CountAsync();
    });

    [TestMethod]
    public Task Serializable_unit_reads_one_snapshot() => AssertAsync(3, async db =>
    {
        var before = await db.Orders.CountAsync();
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('milk', 1)");
        Assert.AreEqual(before, await db.Orders.CountAsync());
    }, body => Tx.RunAsync(body, new UnitOfWorkOptions { ReadOnly = true, IsolationLevel = System.Data.IsolationLevel.RepeatableRead }));

    [TestMethod]
    public Task Each_query_sees_what_was_committed_before_it() => AssertAsync(2, async db =>
    {
        var before = await db.Orders.CountAsync();
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('milk', 1)");
        Assert.AreEqual(before + 1, await db.Orders.CountAsync());
    });

    [TestMethod]
    public async Task Outcome_says_committed()
    {
        await using var connect = await ConnectAsync();
        ITxUnit? unit = null;

        await Units.ReadOnlyAsync(async () =>
        {
            unit = Tx.Current;
            _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync();
        });

        Assert.AreEqual(UnitOfWorkState.Committed, unit!.Outcome!.Connects.Single().State);
    }

    [TestMethod]
    public async Task Synchronous_query_takes_one()
    {
        await using var connect = await ConnectAsync();
        var before = _proxy!.RoundTrips;

        Tx.Run(() => Assert.AreEqual(1, Tx.Session(connect).Orders.Count()), new UnitOfWorkOptions { ReadOnly = true });

        Assert.AreEqual(1, _proxy.RoundTrips - before);
    }

    [TestMethod]
    public async Task Dead_connection_is_nobodys_failure()
    {
        await using var connect = await ConnectAsync();
        await Master.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'");

        await Units.ReadOnlyAsync(async () => Assert.AreEqual(1, await (await Tx.SessionAsync(connect)).Orders.CountAsync()));
    }

    [TestMethod]
    public async Task Rows_that_nobody_reads_to_their_end_are_given_up()
    {
        await using var connect = await ConnectAsync();
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) SELECT 'old', 1 FROM generate_series(1, 1000)");

        await Units.ReadOnlyAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await foreach (var order in db.Orders.AsNoTracking().AsAsyncEnumerable())
                break;
            Assert.AreEqual(1001, await db.Orders.CountAsync());
        });

        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Rows_that_are_still_read_at_the_end_refuse_it_and_leave_nothing_behind()
    {
        await using var connect = await ConnectAsync();
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) SELECT 'old', 1 FROM generate_series(1, 1000)");
        IAsyncEnumerator<Order>? left = null;

        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.ReadOnlyAsync(async () =>
        {
            left = (await Tx.SessionAsync(connect)).Orders.AsNoTracking().AsAsyncEnumerable().GetAsyncEnumerator();
            await left.MoveNextAsync();
        }));

        await left!.DisposeAsync();
        Assert.AreEqual(0, Master.ConnectionsLeased);
        await Units.ReadOnlyAsync(async () => Assert.AreEqual(1001, await (await Tx.SessionAsync(connect)).Orders.CountAsync()));
    }

    [TestMethod]
    public async Task Two_branches_that_read_at_once_are_an_error()
    {
        await using var connect = await ConnectAsync();
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) SELECT 'old', 1 FROM generate_series(1, 1000)");

        await Units.ReadOnlyAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await using var rows = db.Orders.AsNoTracking().AsAsyncEnumerable().GetAsyncEnumerator();
            await rows.MoveNextAsync();
            await Assert.ThrowsExactlyAsync<SessionInUseException>(() => db.Orders.CountAsync());
        });

        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    private DbConnect<ShopContext>? _connect;

    private static Task<int> FailingQuery(ShopContext db) => db.Orders.Where(order => order.Quantity / (order.Quantity - 1) > 0).CountAsync();

    private static async Task FailAsync(DbConnect<ShopContext> connect)
    {
        var db = await Tx.SessionAsync(connect);
        await Assert.ThrowsExactlyAsync<PostgresException>(() => FailingQuery(db));
    }

    private async Task AssertAsync(int expected, Func<ShopContext, Task> body, Func<Func<Task>, Task>? unit = null)
    {
        await using var connect = await ConnectAsync();
        var before = _proxy!.RoundTrips;

        await (unit ?? Units.ReadOnlyAsync)(async () => await body(await Tx.SessionAsync(connect)));

        Assert.AreEqual(expected, _proxy.RoundTrips - before);
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    private async Task<DbConnect<ShopContext>> ConnectAsync()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
        _proxy = FaultProxy.ForCounting(Master);
        _connect = _proxy.Connect(Master);
        await Units.ReadOnlyAsync(async () => _ = await (await Tx.SessionAsync(_connect)).Orders.CountAsync());
        await Units.ReadOnlyAsync(async () => _ = await (await Tx.SessionAsync(_connect)).Orders.CountAsync());
        return _connect;
    }

    [TestCleanup]
    public async Task CloseProxyAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }
}

[TestClass]
public sealed class LoneQueriesOnInterfaceProxyTests : LoneQuerySpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LoneQueriesOnClassProxyTests : LoneQuerySpecification<ClassProxyEntry>;

[TestClass]
public sealed class LoneQueriesOnCallTests : LoneQuerySpecification<CallEntry>;
