using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>
/// <c>AutoTransactionBehavior</c>, <c>AutoSavepointsEnabled</c> and savers of the user's own: whatever is set and whenever, the unit alone
/// commits.
/// </summary>
public abstract class AutoTransactionSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(AutoTransactionBehavior.WhenNeeded)]
    [DataRow(AutoTransactionBehavior.Always)]
    [DataRow(AutoTransactionBehavior.Never)]
    public async Task Set_before_the_first_command_it_commits_nothing(AutoTransactionBehavior behavior)
    {
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Database.AutoTransactionBehavior = behavior;
            await SaveTwoAsync(db);
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(AutoTransactionBehavior.WhenNeeded)]
    [DataRow(AutoTransactionBehavior.Always)]
    [DataRow(AutoTransactionBehavior.Never)]
    public async Task Set_between_two_saves_it_commits_nothing(AutoTransactionBehavior behavior)
    {
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveTwoAsync(db);
            db.Database.AutoTransactionBehavior = behavior;
            await SaveTwoAsync(db);
            await Tx.RollbackAsync(Connect);
            db.Database.AutoTransactionBehavior = behavior;
            await SaveTwoAsync(db);
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(AutoTransactionBehavior.WhenNeeded, true)]
    [DataRow(AutoTransactionBehavior.Always, true)]
    [DataRow(AutoTransactionBehavior.WhenNeeded, false)]
    [DataRow(AutoTransactionBehavior.Always, false)]
    public async Task Set_by_an_interceptor_or_a_handler_it_commits_nothing(AutoTransactionBehavior behavior, bool byInterceptor)
    {
        var connect = byInterceptor ? ConnectWith(new Setting(behavior)) : Connect;

        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            if (!byInterceptor)
                db.SavingChanges += (_, _) => db.Database.AutoTransactionBehavior = behavior;
            await SaveTwoAsync(db);
            await SaveTwoAsync(db);
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(AutoTransactionBehavior.WhenNeeded)]
    [DataRow(AutoTransactionBehavior.Always)]
    public void Set_in_synchronous_code_it_commits_nothing(AutoTransactionBehavior behavior)
    {
        var connect = ConnectWith(new Setting(behavior));

        FailingUnit(() =>
        {
            var db = Tx.Session(connect);
            db.Database.AutoTransactionBehavior = behavior;
            db.Orders.AddRange(new Order { Item = "a" }, new Order { Item = "b" });
            db.SaveChanges();
        });

        Assert.AreEqual(0, Master.CountAsync().GetAwaiter().GetResult());
    }

    [TestMethod]
    public async Task Without_automatic_savepoints_a_failed_save_dooms_the_unit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Database.AutoSavepointsEnabled = false;
            await SaveAsync(db, "first");
            db.Add(new Order { Item = "bad", Quantity = -1 });
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private static async Task SaveTwoAsync(ShopContext db)
    {
        db.Orders.AddRange(new Order { Item = "a" }, new Order { Item = "b" });
        await db.SaveChangesAsync();
    }

    private sealed class Setting(AutoTransactionBehavior behavior) : SaveChangesInterceptor
    {
        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            eventData.Context!.Database.AutoTransactionBehavior = behavior;
            return result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => new(SavingChanges(eventData, result));
    }
}

[TestClass]
public sealed class AutoTransactionOnInterfaceProxyTests : AutoTransactionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class AutoTransactionOnClassProxyTests : AutoTransactionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class AutoTransactionOnCallTests : AutoTransactionSpecification<CallEntry>;
