using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace TxAspects.Tests;

/// <summary>A context that comes from the pool is as new, whatever the unit before did with it.</summary>
public abstract class PooledContextSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Settings_of_the_context_do_not_reach_the_next_unit()
    {
        DbContext? first = null;
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            first = db;
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTrackingWithIdentityResolution;
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            db.ChangeTracker.LazyLoadingEnabled = false;
            db.ChangeTracker.CascadeDeleteTiming = CascadeTiming.Never;
            db.ChangeTracker.DeleteOrphansTiming = CascadeTiming.Never;
            db.Database.SetCommandTimeout(3);
            db.Database.AutoSavepointsEnabled = false;
            db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
            db.Orders.Add(new Order { Item = "tea" });
        });

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.AreSame(first, db);
            Assert.AreEqual(QueryTrackingBehavior.TrackAll, db.ChangeTracker.QueryTrackingBehavior);
            Assert.IsTrue(db.ChangeTracker.AutoDetectChangesEnabled);
            Assert.IsTrue(db.ChangeTracker.LazyLoadingEnabled);
            Assert.AreEqual(CascadeTiming.Immediate, db.ChangeTracker.CascadeDeleteTiming);
            Assert.AreEqual(CascadeTiming.Immediate, db.ChangeTracker.DeleteOrphansTiming);
            Assert.IsNull(db.Database.GetCommandTimeout());
            Assert.IsTrue(db.Database.AutoSavepointsEnabled);
            Assert.AreEqual(AutoTransactionBehavior.Never, db.Database.AutoTransactionBehavior);
            Assert.IsFalse(db.ChangeTracker.Entries().Any());
        });
    }

    [TestMethod]
    public async Task Handlers_of_events_do_not_reach_the_next_unit()
    {
        var raised = 0;
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.SavingChanges += (_, _) => raised++;
            db.SavedChanges += (_, _) => raised++;
            db.SaveChangesFailed += (_, _) => raised++;
            db.ChangeTracker.Tracked += (_, _) => raised++;
            db.ChangeTracker.Tracking += (_, _) => raised++;
            db.ChangeTracker.StateChanged += (_, _) => raised++;
            db.ChangeTracker.StateChanging += (_, _) => raised++;
            db.ChangeTracker.DetectingAllChanges += (_, _) => raised++;
            db.ChangeTracker.DetectedAllChanges += (_, _) => raised++;
        });
        raised = 0;

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            db.Add(new Order { Item = "bad", Quantity = -1 });
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
        });

        Assert.AreEqual(0, raised);
    }

    [TestMethod]
    public async Task Read_only_unit_leaves_the_tracking_of_the_next_one_alone()
    {
        await Units.ReadOnlyAsync(async () => await (await Tx.SessionAsync(Connect)).Orders.CountAsync());

        await Units.RequiredAsync(async () =>
            Assert.AreEqual(QueryTrackingBehavior.TrackAll, (await Tx.SessionAsync(Connect)).ChangeTracker.QueryTrackingBehavior));
    }

    [TestMethod]
    public async Task Context_with_state_of_its_own_is_not_pooled_and_that_is_said_once()
    {
        var log = new LogRecorder();
        var units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = log });
        var connect = Keep(new DbConnect<StatefulContext>(OptionsFor<StatefulContext>()));
        for (var unit = 0; unit < 3; unit++)
        {
            await units.RequiredAsync(async () =>
            {
                var db = await Tx.SessionAsync(connect);
                Assert.IsNull(db.Tenant);
                Assert.IsNull(db.Field);
                Assert.IsFalse(db.HasHandlers);
                (db.Tenant, db.Field) = ("one", "one");
                db.Noticed += (_, _) => { };
            });
        }

        var warning = log.Messages.Single(message => message.EventId == 14).Text;
        StringAssert.Contains(warning, "StatefulContext");
        StringAssert.Contains(warning, "'master'");
        StringAssert.Contains(warning, "Tenant, Field, Noticed");
        StringAssert.Contains(warning, "DbConnectOptions.Reset");
    }

    [TestMethod]
    public async Task State_of_a_base_class_counts_as_well()
    {
        var log = new LogRecorder();
        var units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = log });
        var connect = Keep(new DbConnect<DerivedContext>(OptionsFor<DerivedContext>()));
        for (var unit = 0; unit < 2; unit++)
        {
            await units.RequiredAsync(async () =>
            {
                var db = await Tx.SessionAsync(connect);
                Assert.IsNull(db.Tenant);
                db.Tenant = "one";
            });
        }

        StringAssert.Contains(log.Messages.Single(message => message.EventId == 14).Text, "Tenant");
    }

    [TestMethod]
    public async Task Context_without_such_state_is_pooled_without_a_word()
    {
        var log = new LogRecorder();
        var units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = log });
        var connect = Keep(new DbConnect<StatelessContext>(OptionsFor<StatelessContext>()));
        var seen = new HashSet<DbContext>();
        for (var unit = 0; unit < 3; unit++)
            await units.RequiredAsync(async () => seen.Add(await Tx.SessionAsync(connect)));

        Assert.HasCount(1, seen);
        Assert.IsFalse(log.Messages.Any(message => message.EventId == 14));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Reset_makes_it_poolable_and_runs_before_the_next_unit(bool fails)
    {
        var resets = 0;
        var connect = Keep(new DbConnect<StatefulContext>(OptionsFor<StatefulContext>(reset: db =>
        {
            resets++;
            (db.Tenant, db.Field) = (null, null);
        })));
        DbContext? first = null;
        var unit = Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            first = db;
            db.Tenant = "one";
            await db.Orders.CountAsync();
            if (fails)
                throw new UnitFailure();
        });
        if (fails)
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => unit);
        else
            await unit;
        Assert.AreEqual(1, resets);

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            Assert.AreSame(first, db);
            Assert.IsNull(db.Tenant);
        });
    }

    [TestMethod]
    public async Task Reset_that_throws_keeps_the_context_from_the_next_unit_until_it_has_run()
    {
        var log = new LogRecorder();
        var units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = log });
        var failures = 2;
        var connect = Keep(new DbConnect<StatefulContext>(OptionsFor<StatefulContext>(reset: db =>
        {
            if (failures-- > 0)
                throw new UnitFailure();
            db.Tenant = null;
        })));

        await units.RequiredAsync(async () => (await Tx.SessionAsync(connect)).Tenant = "one");
        Assert.IsTrue(log.Messages.Any(message => message.EventId == 3 && message.Exception is UnitFailure));
        await Assert.ThrowsExactlyAsync<UnitFailure>(() => units.RequiredAsync(async () => await Tx.SessionAsync(connect)));
        await units.RequiredAsync(async () => Assert.IsNull((await Tx.SessionAsync(connect)).Tenant));
    }

    [TestMethod]
    public async Task Synchronous_unit_resets_as_well()
    {
        var connect = Keep(new DbConnect<StatefulContext>(OptionsFor<StatefulContext>(reset: db => db.Tenant = null)));
        Units.Required(() => { Tx.Session(connect).Tenant = "one"; });
        Units.Required(() => Assert.IsNull(Tx.Session(connect).Tenant));

        await Units.RequiredAsync(async () =>
        {
            (await Tx.SessionAsync(connect)).Tenant = "two";
            await Tx.CloseAsync(connect);
            Assert.IsNull((await Tx.SessionAsync(connect)).Tenant);
        });
    }

    [TestMethod]
    public async Task Filter_by_a_property_of_the_context_sees_the_unit_of_its_own()
    {
        var connect = Keep(new DbConnect<FilteredContext>(OptionsFor<FilteredContext>()));
        await Units.RequiredAsync(() => InsertAsync("tea"));
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            db.Item = "coffee";
            Assert.AreEqual(0, await db.Set<Order>().CountAsync());
        });

        await Units.RequiredAsync(async () => Assert.AreEqual(1, await (await Tx.SessionAsync(connect)).Set<Order>().CountAsync()));
    }
}

[TestClass]
public sealed class PooledContextOnInterfaceProxyTests : PooledContextSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class PooledContextOnClassProxyTests : PooledContextSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class PooledContextOnCallTests : PooledContextSpecification<CallEntry>
{
    [TestCleanup]
    public void Unconfigure() => Tx.Configure(new TxAspectsOptions());
}
