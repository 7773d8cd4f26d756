using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>How often a unit waits for the server: counted on the wire.</summary>
public abstract class RoundTripSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private FaultProxy? _proxy;

    [TestMethod]
    public Task Unit_without_commands_takes_none() => AssertAsync(0, async connect => _ = await Tx.SessionAsync(connect));

    [TestMethod]
    public Task Read_takes_one_and_the_commit_another()
        => AssertAsync(2, async connect => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync());

    [TestMethod]
    public Task Save_takes_one_and_the_commit_another() => AssertAsync(2, connect => InsertAsync("tea", connect));

    [TestMethod]
    public Task Savepoint_of_a_save_in_a_transaction_takes_none_of_its_own() => AssertAsync(3, async connect =>
    {
        _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync();
        await InsertAsync("tea", connect);
    });

    [TestMethod]
    public Task Flush_at_the_end_takes_one() => AssertAsync(3, async connect =>
    {
        var db = await Tx.SessionAsync(connect);
        _ = await db.Orders.CountAsync();
        db.Add(new Order { Item = "tea" });
    });

    [TestMethod]
    public Task Savepoints_of_saves_cost_nothing_however_many() => AssertAsync(1 + 40 + 1, async connect =>
    {
        _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync();
        for (var number = 0; number < 40; number++)
            await InsertAsync("tea", connect);
    });

    [TestMethod]
    public Task Nested_call_takes_none_of_its_own() => AssertAsync(1 + 2 + 1 + 1, async connect =>
    {
        await InsertAsync("tea", connect);
        await Units.NestedAsync(async () =>
        {
            await InsertAsync("coffee", connect);
            await InsertAsync("milk", connect);
        });
        await InsertAsync("sugar", connect);
    });

    [TestMethod]
    public Task Read_only_unit_takes_one_for_its_query()
        => AssertAsync(1, async connect => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync(), Units.ReadOnlyAsync);

    [TestMethod]
    public Task Read_only_unit_tells_the_server_alone_where_a_raw_command_comes_first()
        => AssertAsync(3, async connect => await (await Tx.ConnectionAsync(connect)).ExecuteAsync("SELECT 1"), Units.ReadOnlyAsync);

    [TestMethod]
    public void Synchronous_unit_takes_as_many()
    {
        using var connect = ConnectThrough(out var proxy);
        Units.Required(() => Tx.Session(connect).Orders.Count());
        var before = proxy.RoundTrips;

        Units.Required(() =>
        {
            var db = Tx.Session(connect);
            _ = db.Orders.Count();
            db.Add(new Order { Item = "tea" });
            db.SaveChanges();
        });

        Assert.AreEqual(3, proxy.RoundTrips - before);
    }

    private async Task AssertAsync(int expected, Func<DbConnect<ShopContext>, Task> body, Func<Func<Task>, Task>? unit = null)
    {
        await using var connect = ConnectThrough(out var proxy);
        await Units.RequiredAsync(async () => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync());
        await Units.RequiredAsync(async () => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync());
        var before = proxy.RoundTrips;

        await (unit ?? Units.RequiredAsync)(() => body(connect));

        Assert.AreEqual(expected, proxy.RoundTrips - before);
    }

    private DbConnect<ShopContext> ConnectThrough(out FaultProxy proxy)
    {
        _proxy = proxy = FaultProxy.ForCounting(Master);
        return proxy.Connect(Master, commitsWithSave: false);
    }

    [TestCleanup]
    public async Task CloseProxyAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }
}

[TestClass]
public sealed class RoundTripsOnInterfaceProxyTests : RoundTripSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class RoundTripsOnClassProxyTests : RoundTripSpecification<ClassProxyEntry>;

[TestClass]
public sealed class RoundTripsOnCallTests : RoundTripSpecification<CallEntry>;
