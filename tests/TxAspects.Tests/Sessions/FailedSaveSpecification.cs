using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A save that fails and is swallowed takes nothing but itself away, whether it came first or later.</summary>
public abstract class FailedSaveSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    private const string TooLargeKey = "too large";

    /// <summary>
    /// Ways for a save to fail: in a command, after several batches, while the answer is read, on the server and on the client.
    /// </summary>
    public enum Failure
    {
        Unique,
        Check,
        Concurrency,
        LastBatch,
        Reading,
    }

    /// <summary>How the unit goes on after the failure.</summary>
    public enum Next
    {
        Save,
        Statement,
        DapperOverTx,
        DapperOverContext,
    }

    public static IEnumerable<object[]> Failures => Enum.GetValues<Failure>().Select(failure => new object[] { failure });

    public static IEnumerable<object[]> FailuresAndWaysOn
        => from failure in Enum.GetValues<Failure>() from next in Enum.GetValues<Next>() select new object[] { failure, next };

    [TestMethod]
    [DynamicData(nameof(FailuresAndWaysOn))]
    public async Task Failed_first_save_loses_none_of_what_comes_after_it(Failure failure, Next next)
    {
        await SeedAsync();

        await Units.RequiredAsync(async () =>
        {
            await FailAsync(failure);
            await GoOnAsync(next, "kept");
        });

        Assert.AreEqual("kept,seed", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(FailuresAndWaysOn))]
    public async Task Failed_second_save_loses_nothing_from_before_or_after_it(Failure failure, Next next)
    {
        await SeedAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("first");
            await FailAsync(failure);
            await GoOnAsync(next, "kept");
        });

        Assert.AreEqual("first,kept,seed", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Failures))]
    public async Task Failed_save_alone_leaves_a_unit_that_commits_nothing(Failure failure)
    {
        await SeedAsync();

        await Units.RequiredAsync(() => FailAsync(failure));

        Assert.AreEqual("seed", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Failures))]
    public async Task Failed_synchronous_save_loses_nothing_from_before_or_after_it(Failure failure)
    {
        await SeedAsync();

        Units.Required(() =>
        {
            Fail(failure);
            Tx.Session(Connect).Database.GetDbConnection().Execute(InsertSql, new { item = "between" });
            Fail(failure);
            Insert("kept");
        });

        Assert.AreEqual("between,kept,seed", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Failures))]
    public async Task Failed_save_that_is_not_swallowed_rolls_back(Failure failure)
    {
        await SeedAsync();

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("first");
            var db = await Tx.SessionAsync(Connect);
            AddWhatFails(db, failure);
            await db.SaveChangesAsync();
        }));

        Assert.AreEqual("seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_save_can_be_repaired_and_repeated()
    {
        await SeedAsync();

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var order = new Order { Item = "kept", Code = "taken" };
            db.Orders.Add(order);
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            order.Code = "free";
            await db.SaveChangesAsync();
        });

        Assert.AreEqual("kept,seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_flush_at_the_end_rolls_back_and_reaches_the_caller()
    {
        await SeedAsync();

        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("first");
            AddWhatFails(await Tx.SessionAsync(Connect), Failure.Check);
        }));

        Assert.AreEqual("seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_first_save_in_a_new_session_loses_none_of_what_comes_after_it()
    {
        await SeedAsync();

        await using var db = await Tx.NewSessionAsync(Connect);
        AddWhatFails(db, Failure.Concurrency);
        await Assert.ThrowsExactlyAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();
        await db.Database.GetDbConnection().ExecuteAsync(InsertSql, new { item = "dapper" });
        await SaveAsync(db, "kept");
        await db.CommitAsync();

        Assert.AreEqual("dapper,kept,seed", await Master.ItemsAsync());
    }

    private Task SeedAsync() => Master.SeedAsync(TooLargeKey);

    private async Task FailAsync(Failure failure)
    {
        var db = await Tx.SessionAsync(Connect);
        AddWhatFails(db, failure);
        await Assert.ThrowsAsync<Exception>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();
    }

    private void Fail(Failure failure)
    {
        var db = Tx.Session(Connect);
        AddWhatFails(db, failure);
        Assert.Throws<Exception>(() => db.SaveChanges());
        db.ChangeTracker.Clear();
    }

    private static void AddWhatFails(ShopContext db, Failure failure)
    {
        db.Orders.Add(new Order { Item = "lost" });
        switch (failure)
        {
            case Failure.Unique:
                db.Orders.Add(new Order { Item = "lost too", Code = "taken" });
                break;
            case Failure.Check:
                db.Orders.Add(new Order { Item = "lost too", Quantity = 0 });
                break;
            case Failure.Concurrency:
                db.Orders.Update(new Order { Id = 1, Item = "lost too", Version = 99 });
                break;
            case Failure.LastBatch:
                // More rows than EF Core puts into one batch.
                db.Orders.AddRange(Enumerable.Range(0, 1000).Select(_ => new Order { Item = "lost too" }));
                db.Orders.Add(new Order { Item = "lost too", Quantity = 0 });
                break;
            case Failure.Reading:
                db.Orders.Add(new Order { Item = TooLargeKey });
                break;
        }
    }

    private async Task GoOnAsync(Next next, string item)
    {
        var db = await Tx.SessionAsync(Connect);
        switch (next)
        {
            case Next.Save:
                await SaveAsync(db, item);
                break;
            case Next.Statement:
                await db.Database.ExecuteSqlAsync($"INSERT INTO orders (item, quantity) VALUES ({item}, 1)");
                break;
            case Next.DapperOverTx:
                await InsertByDapperAsync(item);
                break;
            case Next.DapperOverContext:
                await db.Database.GetDbConnection().ExecuteAsync(InsertSql, new { item });
                break;
        }
    }
}

[TestClass]
public sealed class FailedSaveOnInterfaceProxyTests : FailedSaveSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class FailedSaveOnClassProxyTests : FailedSaveSpecification<ClassProxyEntry>;

[TestClass]
public sealed class FailedSaveOnCallTests : FailedSaveSpecification<CallEntry>;
