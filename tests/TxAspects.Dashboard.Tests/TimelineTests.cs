using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using TxAspects.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>What is told of one unit.</summary>
[TestClass]
public sealed class TimelineTests : DashboardTests
{
    [TestInitialize]
    public Task StartAppAsync() => StartAsync();

    [TestMethod]
    public async Task Unit_with_one_insert_shows_each_step_to_the_commit()
    {
        await RunAsync("insert", () => InsertAsync("tea", Shop));

        var unit = await App.UnitAsync("insert");
        Assert.AreEqual("Connection Transaction Command BodyEnd Commit ConnectionClosed", Kinds(unit));
        Assert.AreEqual("committed", (string?)unit["outcome"]);
        Assert.AreEqual("Committed.", (string?)unit["sentence"]);
        Assert.AreEqual(1, (int)unit["commands"]!);
        Assert.AreEqual(2, (int)unit["roundTrips"]!);
        Assert.AreEqual("INSERT", (string?)StepOf(unit, "Command")["verb"]);
        Assert.AreEqual("SaveChanges", (string?)StepOf(unit, "Command")["name"]);
        Assert.AreEqual("committed", (string?)StepOf(unit, "Commit")["result"]);
        Assert.IsGreaterThan(0, (int)StepOf(unit, "Connection")["process"]!);
        Assert.IsTrue(unit["steps"]!.AsArray().All(step => step!["duration"] is not null));
    }

    [TestMethod]
    public async Task Joins_nested_calls_blocks_and_hooks_are_told_with_what_became_of_them()
    {
        await RunAsync("outer", async () =>
        {
            Tx.OnCommitting(() => InsertAsync("from a hook", Shop));
            Tx.OnCommitted(() => { });
            await Tx.RunAsync(() => InsertAsync("joined", Shop), new UnitOfWorkOptions { Name = "inner" });
            await Tx.RunAsync(() => InsertAsync("kept", Shop), new UnitOfWorkOptions { Name = "nested", Propagation = Propagation.Nested });
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.AtomicAsync(
                Shop, async _ =>
                {
                    await InsertAsync("undone", Shop);
                    throw new OutOfStockException();
                }, WhenInTransaction.Savepoint));
        });

        var unit = await App.UnitAsync("outer");
        Assert.AreEqual("inner", (string?)StepOf(unit, "Joined")["name"]);
        Assert.AreEqual("kept", (string?)StepOf(unit, "Nested")["result"]);
        Assert.AreEqual("undone", (string?)StepOf(unit, "Block")["result"]);
        Assert.AreEqual("OutOfStockException", (string?)StepOf(unit, "Block")["failure"]);
        Assert.AreEqual(2, unit["steps"]!.AsArray().Count(step => (string)step!["kind"]! == "HookRun"));
        Assert.AreEqual("HookRun", Kinds(unit).Split(' ')[^1]);
        StringAssert.Contains(Kinds(unit), "Savepoint");
        StringAssert.Contains(Kinds(unit), "RollbackToSavepoint");
        Assert.AreEqual("from a hook,joined,kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failure_is_traced_to_the_call_that_threw()
    {
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => RunAsync("order", async () =>
        {
            await InsertAsync("tea", Shop);
            await Tx.RunAsync(
                () => Tx.RunAsync(ThrowAsync, new UnitOfWorkOptions { Name = "stock" }), new UnitOfWorkOptions { Name = "basket" });
        }));

        var unit = await App.UnitAsync("order");
        Assert.AreEqual("rolled back", (string?)unit["outcome"]);
        Assert.AreEqual("Rolled back, because it failed with OutOfStockException, in the call 'stock'.", (string?)unit["sentence"]);
        Assert.AreEqual("stock", (string?)unit["failure"]!["call"]);
        StringAssert.Contains((string?)unit["failure"]!["thrownIn"], nameof(ThrowAsync));
        StringAssert.Contains((string?)unit["failure"]!["stack"], nameof(ThrowAsync));
        StringAssert.Contains(Kinds(unit), "Doomed");
        StringAssert.Contains(Kinds(unit), "Rollback");
        Assert.DoesNotContain("Commit", Kinds(unit));
    }

    [TestMethod]
    public async Task Unit_that_an_inner_call_doomed_is_told_apart_and_kept_on_top()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => RunAsync("swallows", async () =>
        {
            await InsertAsync("tea", Shop);
            await Assert.ThrowsExactlyAsync<OutOfStockException>(
                () => Tx.RunAsync(ThrowAsync, new UnitOfWorkOptions { Name = "inner" }));
        }));
        for (var count = 0; count < 3; count++)
            await RunAsync("later", () => Task.CompletedTask);

        var list = await App.GetAsync("units");
        Assert.AreEqual("swallows", (string?)list["troubled"]!.AsArray().Single()!["name"]);
        var unit = await App.UnitAsync("swallows");
        Assert.AreEqual("doomed", (string?)unit["outcome"]);
        StringAssert.Contains((string?)unit["sentence"], "'inner' joined it and failed with OutOfStockException");
    }

    [TestMethod]
    public async Task Attempts_are_units_that_name_the_one_before()
    {
        var attempts = 0;
        await App.Work.RepeatAsync(async () =>
        {
            await InsertAsync("tea", Shop);
            if (++attempts < 3)
                throw new TransientException();
        });

        var rows = (await App.GetAsync("units?method=Work.RepeatAsync"))["units"]!.AsArray();
        Assert.AreEqual("3 2 1", string.Join(' ', rows.Select(row => $"{row!["attempt"]}")));
        Assert.IsTrue((bool)rows[1]!["isRepeated"]!);
        var last = await App.GetAsync($"units/{rows[0]!["id"]}");
        Assert.AreEqual((long)rows[1]!["id"]!, (long)last["previousAttempt"]!);
    }

    [TestMethod]
    public async Task Early_commit_and_what_comes_after_are_told_as_such()
    {
        await RunAsync("early", async () =>
        {
            await InsertAsync("kept", Shop);
            await Tx.CommitAsync(Shop);
            await InsertAsync("lost", Shop);
            Tx.SetRollbackOnly("the customer left");
        });

        var unit = await App.UnitAsync("early");
        var kinds = Kinds(unit);
        Assert.IsLessThan(kinds.IndexOf("RollbackRequest", StringComparison.Ordinal), kinds.IndexOf("Commit", StringComparison.Ordinal));
        Assert.IsGreaterThan(kinds.IndexOf("BodyEnd", StringComparison.Ordinal), kinds.LastIndexOf("Rollback", StringComparison.Ordinal));
        Assert.AreEqual(
            "Rolled back, because Tx.SetRollbackOnly was called with the reason 'the customer left'.", (string?)unit["sentence"]);
    }

    [TestMethod]
    public async Task Connection_handed_out_and_a_read_only_unit_are_told()
    {
        await RunAsync("dapper", async () =>
        {
            await Tx.ConnectionAsync(Shop);
            await (await Tx.SessionAsync(Shop)).Orders.CountAsync();
        }, new UnitOfWorkOptions { ReadOnly = true });

        var unit = await App.UnitAsync("dapper");
        StringAssert.Contains(Kinds(unit), "HandedOut");
        Assert.AreEqual("read-only", (string?)unit["settings"]);
        Assert.AreEqual("SET", (string?)StepOf(unit, "Statement")["name"]);
    }

    [TestMethod]
    public async Task Command_that_failed_names_its_state_and_goes_on_until_its_rows_are_read()
    {
        await RunAsync("commands", async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            await using var rows = db.Orders.AsAsyncEnumerable().GetAsyncEnumerator();
            await rows.MoveNextAsync();
            var open = (await App.GetAsync("now"))["units"]!.AsArray().Single(one => (string)one!["name"]! == "commands")!;
            Assert.AreEqual("SELECT", (string?)open["held"]![0]!["running"]);
        });
        await Assert.ThrowsAsync<DbUpdateException>(() => RunAsync("twice", async () =>
        {
            await InsertAsync("tea", Shop);
            (await Tx.SessionAsync(Shop)).Orders.Add(new Order { Item = "bad", Quantity = -1 });
            await (await Tx.SessionAsync(Shop)).SaveChangesAsync();
        }));

        Assert.IsNotNull(StepOf(await App.UnitAsync("commands"), "Command")["answered"]);
        var failed = await App.UnitAsync("twice");
        Assert.AreEqual("PostgresException (23514)", (string?)failed["steps"]!.AsArray()
            .Single(step => step!["failure"] is not null && (string)step["kind"]! == "Command")!["failure"]);
        Assert.AreEqual("DbUpdateException|PostgresException (23514)", string.Join(
            '|', failed["failure"]!["chain"]!.AsArray().Select(one => (string)one!)));
    }

    [TestMethod]
    public async Task Trace_and_unit_around_are_told()
    {
        using var activity = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
        await RunAsync("around", async () =>
        {
            await using var inner = App.Open("audit", new UnitOfWorkOptions { Propagation = Propagation.RequiresNew });
            await inner.CompleteAsync();
        });

        var unit = await App.UnitAsync("audit");
        Assert.AreEqual(activity.TraceId.ToHexString(), (string?)unit["traceId"]);
        Assert.AreEqual("around", (string?)unit["aroundName"]);
        var list = await App.GetAsync($"units?request={activity.TraceId}");
        Assert.AreEqual(2, (int)list["matching"]!);
    }

    private static async Task ThrowAsync()
    {
        await Task.Yield();
        throw new OutOfStockException();
    }

    private sealed class TransientException() : System.Data.Common.DbException("again")
    {
        public override bool IsTransient => true;
    }
}
