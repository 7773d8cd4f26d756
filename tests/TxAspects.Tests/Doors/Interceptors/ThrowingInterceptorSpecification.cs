using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// An interceptor of the user's that throws, at whatever point: no connection is lost, no transaction stays open, the pooled context is as
/// new, and no outcome is misreported.
/// </summary>
public abstract class ThrowingInterceptorSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public static IEnumerable<object[]> Points
        => from point in Enum.GetValues<Point>() from isAsync in new[] { true, false } select new object[] { point, isAsync };

    [TestMethod]
    [DynamicData(nameof(Points))]
    public async Task Unit_ends_as_it_says_and_the_next_one_works(Point point, bool async)
    {
        var interceptor = new ThrowingInterceptor(point) { IsArmed = true };
        var connect = OneConnection(interceptor);
        ITxUnit? unit = null;
        var told = "";

        var failure = await CatchAsync(async, async db =>
        {
            unit = Tx.Current;
            Tx.OnCommitted(() => { told += "committed"; });
            Tx.OnRolledBack(() => { told += "rolled back"; });
            await TouchAsync(db, async);
        });
        interceptor.IsArmed = false;
        Assert.AreEqual(point is not (Point.TransactionRollingBack or Point.TransactionRolledBack), interceptor.HasActed);

        var isKept = await Master.CountAsync("first") > 0;
        Assert.AreEqual(isKept ? UnitOfWorkState.Committed : UnitOfWorkState.RolledBack, unit!.State);
        Assert.AreEqual(isKept ? "committed" : "rolled back", told);
        if (!isKept)
            Assert.IsNotNull(failure);
        await AssertNextWorksAsync(connect);

        async Task<Exception?> CatchAsync(bool isAsync, Func<ShopContext, Task> body)
        {
            try
            {
                if (isAsync)
                    await Units.RequiredAsync(async () => await body(await Tx.SessionAsync(connect)));
                else
                    Units.Required(() => body(Tx.Session(connect)).GetAwaiter().GetResult());
                return null;
            }
            catch (Exception exception)
            {
                return exception;
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Points))]
    public async Task Unit_that_swallows_it_keeps_all_or_nothing(Point point, bool async)
    {
        var interceptor = new ThrowingInterceptor(point) { IsArmed = true };
        var connect = OneConnection(interceptor);
        ITxUnit? unit = null;

        Exception? failure = null;
        try
        {
            await Units.RequiredAsync(async () =>
            {
                unit = Tx.Current;
                var db = await Tx.SessionAsync(connect);
                try
                {
                    await TouchAsync(db, async);
                }
                catch (Exception)
                {
                    db.ChangeTracker.Clear();
                }

                interceptor.IsArmed = false;
                await SaveAsync(db, "last");
            });
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        var items = await Master.ItemsAsync();
        Assert.AreEqual(failure is null, items.Contains("last", StringComparison.Ordinal), items);
        Assert.AreEqual(failure is null ? UnitOfWorkState.Committed : UnitOfWorkState.RolledBack, unit!.State);
        await AssertNextWorksAsync(connect);
    }

    [TestMethod]
    [DynamicData(nameof(Points))]
    public async Task Failing_unit_gets_its_own_exception_and_the_next_one_works(Point point, bool async)
    {
        var interceptor = new ThrowingInterceptor(point);
        var connect = OneConnection(interceptor);
        var own = new OutOfStockException();

        if (async)
        {
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Units.RequiredAsync(async () =>
            {
                await TouchAsync(await Tx.SessionAsync(connect), async);
                interceptor.IsArmed = true;
                throw own;
            }));
        }
        else
        {
            Assert.ThrowsExactly<OutOfStockException>(() => Units.Required(() =>
            {
                TouchAsync(Tx.Session(connect), async).GetAwaiter().GetResult();
                interceptor.IsArmed = true;
                throw own;
            }));
        }

        interceptor.IsArmed = false;
        Assert.AreEqual(
            point is Point.TransactionRollingBack or Point.TransactionRolledBack or Point.ConnectionClosing or Point.ConnectionClosed,
            interceptor.HasActed);
        Assert.AreEqual(0, await Master.CountAsync());
        await AssertNextWorksAsync(connect);
    }

    /// <summary>A query, a save, a save that fails, a savepoint and another save: every point once.</summary>
    private static async Task TouchAsync(ShopContext db, bool async)
    {
        if (async)
        {
            await db.Orders.CountAsync();
            await SaveAsync(db, "first");
            var bad = db.Add(new Order { Item = "bad", Quantity = -1 });
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            bad.State = EntityState.Detached;
            await db.Database.CurrentTransaction!.CreateSavepointAsync("mine");
            await SaveAsync(db, "second");
        }
        else
        {
            _ = db.Orders.Count();
            Save(db, "first");
            var bad = db.Add(new Order { Item = "bad", Quantity = -1 });
            Assert.ThrowsExactly<DbUpdateException>(() => db.SaveChanges());
            bad.State = EntityState.Detached;
            db.Database.CurrentTransaction!.CreateSavepoint("mine");
            Save(db, "second");
        }
    }

    private DbConnect<ShopContext> OneConnection(ThrowingInterceptor interceptor)
        => Keep(new DbConnect<ShopContext>(OptionsFor<ShopContext>(
            builder => builder.AddInterceptors(interceptor),
            settings: settings => (settings.MaxPoolSize, settings.Timeout) = (1, 5))));

    private async Task AssertNextWorksAsync(DbConnect<ShopContext> connect)
    {
        var before = await Master.CountAsync();
        for (var unit = 0; unit < 2; unit++)
            await Units.RequiredAsync(() => InsertAsync("next", connect));
        await FailingUnitAsync(() => InsertAsync("lost", connect));
        Assert.AreEqual(before + 2, await Master.CountAsync());
    }
}

[TestClass]
public sealed class ThrowingInterceptorOnInterfaceProxyTests : ThrowingInterceptorSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ThrowingInterceptorOnClassProxyTests : ThrowingInterceptorSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ThrowingInterceptorOnCallTests : ThrowingInterceptorSpecification<CallEntry>;
