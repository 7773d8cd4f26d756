using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// Many saves in one transaction: each that fails undoes itself, many are warned of once, and past a limit they go without a savepoint.
/// </summary>
public abstract class ManySavesSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly LogRecorder _log = new();

    [TestMethod]
    public async Task Hundred_saves_and_a_failing_one_keep_the_hundred_and_warn_once()
    {
        var units = WithLog();

        await units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            for (var save = 0; save < 100; save++)
                await SaveAsync(db, "tea");
            await FailToSaveAsync(db);
            await SaveAsync(db, "tea");
        });

        Assert.AreEqual(101, await Master.CountAsync());
        var warning = _log.Messages.Single(message => message.EventId == 13).Text;
        StringAssert.Contains(warning, "'master'");
        StringAssert.Contains(warning, "32");
    }

    [TestMethod]
    [DataRow(33, 0)]
    [DataRow(34, 1)]
    public async Task Warning_comes_past_32_savepoints_for_which_the_first_save_needs_none(int saves, int warnings)
    {
        await WithLog().RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            for (var save = 0; save < saves; save++)
                await SaveAsync(db, "tea");
        });

        Assert.AreEqual(warnings, _log.Messages.Count(message => message.EventId == 13));
    }

    [TestMethod]
    public async Task Early_commit_begins_to_count_anew()
    {
        await WithLog().RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            for (var save = 0; save < 60; save++)
            {
                await SaveAsync(db, "tea");
                if (save == 30)
                    await Tx.CommitAsync(Connect);
            }
        });

        Assert.IsFalse(_log.Messages.Any(message => message.EventId == 13));
    }

    [TestMethod]
    public async Task Save_past_the_limit_goes_without_and_its_failure_dooms()
    {
        var units = WithLog(limit: 2);

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            for (var save = 0; save < 4; save++)
                await SaveAsync(db, "tea");
            await FailToSaveAsync(db);
        }));

        StringAssert.Contains(doomed.Message, "'master'");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Concurrency_failure_past_the_limit_dooms_too()
    {
        var units = WithLog(limit: 0);

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "tea");
            db.AddRange(new Order { Item = "half" });
            db.Update(new Order { Id = 4711, Item = "nobody's" });
            await Assert.ThrowsExactlyAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Save_within_the_limit_undoes_itself()
    {
        var units = WithLog(limit: 2);

        await units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await FailToSaveAsync(db);
            await SaveAsync(db, "tea");
            await FailToSaveAsync(db);
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Save_after_a_swallowed_failure_in_a_nested_call_costs_that_call_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsAsync<Exception>(() => Units.NestedAsync(async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));
                await SaveAsync(db, "inner");
            }));
            await InsertAsync("outer2");
        });

        Assert.AreEqual("outer,outer2", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Saves_after_a_swallowed_failure_fail_and_the_connection_lives()
    {
        int? backend = null;

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            backend = await BackendAsync(db);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));
            for (var save = 0; save < 3; save++)
            {
                db.Add(new Order { Item = "bad" });
                await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
                db.ChangeTracker.Clear();
            }
        }));

        await Units.RequiredAsync(async () => Assert.AreEqual(backend, await BackendAsync(await Tx.SessionAsync(Connect))));
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Save_that_was_cancelled_is_undone_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            foreach (var item in new[] { "first", "second" })
            {
                db.Add(new Order { Item = "cancelled" });
                await Assert.ThrowsAsync<OperationCanceledException>(() => db.SaveChangesAsync(new CancellationToken(canceled: true)));
                db.ChangeTracker.Clear();
                await SaveAsync(db, item);
            }
        });

        Assert.AreEqual("first,second", await Master.ItemsAsync());
    }

    private IUnits WithLog(int? limit = null)
        => ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = _log, MaxSaveSavepoints = limit });

    private static async Task FailToSaveAsync(ShopContext db)
    {
        db.Add(new Order { Item = "bad", Quantity = -1 });
        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();
    }
}

[TestClass]
public sealed class ManySavesOnInterfaceProxyTests : ManySavesSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ManySavesOnClassProxyTests : ManySavesSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class ManySavesOnCallTests : ManySavesSpecification<CallEntry>
{
    [TestCleanup]
    public void Unconfigure() => Tx.Configure(new TxAspectsOptions());
}
