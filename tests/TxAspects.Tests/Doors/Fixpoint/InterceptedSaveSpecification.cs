using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>
/// A save that an interceptor suppresses, or lets succeed and fails on, ends as EF Core ends it in a transaction of its own.
/// </summary>
public abstract class InterceptedSaveSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(true, 0)]
    [DataRow(true, 1)]
    [DataRow(false, 0)]
    [DataRow(false, 1)]
    public async Task Failure_after_the_save_has_succeeded_keeps_its_rows(bool async, int savesBefore)
    {
        var interceptor = new Meddling();
        var connect = ConnectWith(interceptor);

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            for (var save = 0; save < savesBefore; save++)
                await SaveAsync(db, "before");
            interceptor.FailsAfter = true;
            db.Orders.Add(new Order { Item = "kept" });
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => SaveChangesAsync(db, async));
            interceptor.FailsAfter = false;
            Assert.AreEqual(savesBefore + 1, await db.Orders.CountAsync());
        });

        Assert.AreEqual(savesBefore + 1, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Failure_before_the_save_leaves_the_changes_pending(bool async)
    {
        var interceptor = new Meddling { FailsBefore = true };
        var connect = ConnectWith(interceptor);

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            db.Orders.Add(new Order { Item = "later" });
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => SaveChangesAsync(db, async));
            Assert.IsTrue(db.ChangeTracker.HasChanges());
            interceptor.FailsBefore = false;
        });

        Assert.AreEqual("later", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Suppressed_save_sends_nothing_and_leaves_the_changes_pending(bool async)
    {
        var interceptor = new Meddling { Suppresses = true };
        var connect = ConnectWith(interceptor);

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            db.Orders.Add(new Order { Item = "later" });
            Assert.AreEqual(42, await SaveChangesAsync(db, async));
            Assert.IsTrue(db.ChangeTracker.HasChanges());
            Assert.IsNull(db.Database.CurrentTransaction);
            interceptor.Suppresses = false;
        });

        Assert.AreEqual("later", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Save_that_is_always_suppressed_ends_with_an_error_that_names_its_connect()
    {
        var connect = ConnectWith(new Meddling { Suppresses = true });

        var failure = await Assert.ThrowsExactlyAsync<CommitNeverReadyException>(() => Units.RequiredAsync(async () =>
            (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "never" })));

        StringAssert.Contains(failure.Message, "'master'");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failure_after_the_units_own_save_rolls_back_and_surfaces()
    {
        var connect = ConnectWith(new Meddling { FailsAfter = true });

        await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.RequiredAsync(async () =>
            (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "lost" })));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Concurrency_failure_that_an_interceptor_suppresses_is_none(bool async)
    {
        var connect = ConnectWith(new Meddling { SuppressesConcurrency = true });

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await SaveAsync(db, "kept");
            db.Update(new Order { Id = 4711, Item = "nobody's" });
            await SaveChangesAsync(db, async);
            await SaveAsync(db, "after");
        });

        Assert.AreEqual("after,kept", await Master.ItemsAsync());
    }

    private static Task<int> SaveChangesAsync(DbContext db, bool async)
        => async ? db.SaveChangesAsync() : Now(() => db.SaveChanges());

    private static async Task<int> Now(Func<int> call)
    {
        await Task.Yield();
        return call();
    }

    private sealed class Meddling : SaveChangesInterceptor
    {
        public bool FailsBefore { get; set; }

        public bool FailsAfter { get; set; }

        public bool Suppresses { get; set; }

        public bool SuppressesConcurrency { get; init; }

        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            if (FailsBefore)
                throw new UnitFailure();
            return Suppresses ? InterceptionResult<int>.SuppressWithResult(42) : result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => new(SavingChanges(eventData, result));

        public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
            => FailsAfter ? throw new UnitFailure() : result;

        public override ValueTask<int> SavedChangesAsync(
            SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
            => new(SavedChanges(eventData, result));

        public override InterceptionResult ThrowingConcurrencyException(ConcurrencyExceptionEventData eventData, InterceptionResult result)
            => SuppressesConcurrency ? InterceptionResult.Suppress() : result;

        public override ValueTask<InterceptionResult> ThrowingConcurrencyExceptionAsync(
            ConcurrencyExceptionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
            => new(ThrowingConcurrencyException(eventData, result));
    }
}

[TestClass]
public sealed class InterceptedSaveOnInterfaceProxyTests : InterceptedSaveSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class InterceptedSaveOnClassProxyTests : InterceptedSaveSpecification<ClassProxyEntry>;

[TestClass]
public sealed class InterceptedSaveOnCallTests : InterceptedSaveSpecification<CallEntry>;
