using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>How often a unit waits for the server whose last save takes the commit along: counted on the wire.</summary>
public abstract class LastSaveTripSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private FaultProxy? _proxy;

    [TestMethod]
    public Task Declared_insert_takes_one() => AssertAsync(1, async db => db.Add(new Order { Item = "coffee" }), "coffee,tea");

    [TestMethod]
    public Task Declared_update_takes_one_beside_its_read()
        => AssertAsync(2, async db => (await db.Orders.SingleAsync()).Item = "coffee", "coffee");

    [TestMethod]
    public Task Declared_update_of_what_is_known_takes_one() => AssertAsync(1, async db =>
    {
        var known = new Order { Id = 1, Item = "tea" };
        db.Attach(known);
        known.Item = "coffee";
    }, "coffee");

    [TestMethod]
    public Task Declared_delete_takes_one() => AssertAsync(1, async db => db.Remove(new Order { Id = 1 }), "");

    [TestMethod]
    public Task Ten_declared_inserts_take_one()
        => AssertAsync(1, async db => db.AddRange(Enumerable.Range(0, 10).Select(_ => new Order { Item = "a" })), "a,a,a,a,a,a,a,a,a,a,tea");

    [TestMethod]
    public Task Read_and_declared_insert_take_two() => AssertAsync(2, async db =>
    {
        _ = await db.Orders.CountAsync();
        db.Add(new Order { Item = "coffee" });
    }, "coffee,tea");

    [TestMethod]
    public Task Save_before_the_end_takes_its_commit_apart() => AssertAsync(2, async db =>
    {
        db.Add(new Order { Item = "coffee" });
        await db.SaveChangesAsync();
    }, "coffee,tea");

    [TestMethod]
    public Task Higher_isolation_level_takes_one()
        => AssertAsync(1, async db => db.Add(new Order { Item = "coffee" }), "coffee,tea", Units.SerializableAsync);

    [TestMethod]
    public Task Early_commits_take_one_each() => AssertAsync(2, async db =>
    {
        db.Add(new Order { Item = "coffee" });
        await Tx.CommitAllAsync();
        db.Add(new Order { Item = "milk" });
    }, "coffee,milk,tea");

    [TestMethod]
    public Task Nested_call_saves_apart_and_the_rest_takes_the_commit() => AssertAsync(2, async db =>
    {
        await Units.NestedAsync(async () => db.Add(new Order { Item = "milk" }));
        db.Add(new Order { Item = "coffee" });
    }, "coffee,milk,tea");

    [TestMethod]
    public async Task Outcome_and_span_say_why_the_commit_took_a_trip_of_its_own()
    {
        await using var connect = await ConnectAsync();
        using var recorder = new SpanRecorder();
        ITxUnit? unit = null;
        var before = _proxy!.RoundTrips;

        await Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            (await Tx.SessionAsync(connect)).Add(new Order { Item = "coffee" });
            Tx.OnCommitting(() => Tx.OnCommitting(() => { }));
        });

        Assert.AreEqual(2, _proxy.RoundTrips - before);
        Assert.AreEqual("a hook before the commit has yet to run", unit!.Outcome!.Connects.Single().CommitObstacle);
        CollectionAssert.AreEqual(
            new[] { "a hook before the commit has yet to run" },
            (string[])recorder.Span(NameOf("RequiredAsync")).GetTagItem("txaspects.unit.commit_obstacles")!);
    }

    [TestMethod]
    public async Task Keys_and_states_are_as_after_any_save()
    {
        var order = new Order { Item = "coffee" };
        await AssertAsync(1, async db => db.Add(order), "coffee,tea");

        Assert.AreEqual("coffee", await Master.ScalarAsync<string>($"SELECT item FROM orders WHERE id = {order.Id}"));
    }

    [TestMethod]
    public async Task Synchronous_unit_takes_one()
    {
        await using var connect = await ConnectAsync();
        var before = _proxy!.RoundTrips;

        Units.Required(() => Tx.Session(connect).Add(new Order { Item = "coffee" }));

        Assert.AreEqual(1, _proxy.RoundTrips - before);
        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    private async Task AssertAsync(int expected, Func<ShopContext, Task> body, string items, Func<Func<Task>, Task>? unit = null)
    {
        await using var connect = await ConnectAsync();
        var before = _proxy!.RoundTrips;
        var opened = Master.ConnectionsOpened;

        await (unit ?? Units.RequiredAsync)(async () => await body(await Tx.SessionAsync(connect)));

        Assert.AreEqual(expected, _proxy.RoundTrips - before);
        Assert.AreEqual(items, await Master.ItemsAsync());
        Assert.AreEqual(opened, Master.ConnectionsOpened);
    }

    // The first one asks the database for what has to be known.
    private async Task<DbConnect<ShopContext>> ConnectAsync()
    {
        _proxy = FaultProxy.ForCounting(Master);
        var connect = _proxy.Connect(Master, commitsWithSave: true);
        await Units.RequiredAsync(async () => (await Tx.SessionAsync(connect)).Add(new Order { Item = "tea" }));
        await Units.RequiredAsync(async () => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync());
        return connect;
    }

    [TestCleanup]
    public async Task CloseProxyAsync()
    {
        if (_proxy is not null)
            await _proxy.DisposeAsync();
    }
}

[TestClass]
public sealed class LastSaveTripsOnInterfaceProxyTests : LastSaveTripSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LastSaveTripsOnClassProxyTests : LastSaveTripSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LastSaveTripsOnCallTests : LastSaveTripSpecification<CallEntry>;
