using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A save that fails in a transaction undoes itself alone, however many savepoints of earlier saves were kept for later.</summary>
public abstract class SaveSavepointSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(17)]
    [DataRow(33)]
    public async Task Failed_save_after_many_undoes_itself_alone(int savesBefore)
    {
        await Units.RequiredAsync(async () =>
        {
            for (var number = 0; number < savesBefore; number++)
                await InsertAsync("tea");
            await FailToSaveAsync();
            await InsertAsync("tea");
            await FailToSaveAsync();
        });

        Assert.AreEqual(savesBefore + 1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_nested_call_goes_back_past_the_savepoints_of_its_saves()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertManyAsync("outer", 20);
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Units.NestedAsync(async () =>
            {
                await InsertManyAsync("inner", 20);
                throw new OutOfStockException();
            }));
            await FailToSaveAsync();
            await InsertManyAsync("outer", 20);
        });

        Assert.AreEqual(40, await Master.CountAsync("outer"));
        Assert.AreEqual(0, await Master.CountAsync("inner"));
    }

    [TestMethod]
    public async Task Nested_call_that_saves_much_leaves_the_callers_savepoint_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertManyAsync("outer", 3);
            await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Units.NestedAsync(async () =>
            {
                await InsertManyAsync("inner", 3);
                await Units.NestedAsync(() => InsertManyAsync("innermost", 40));
                await FailToSaveAsync();
                await InsertManyAsync("inner", 40);
                throw new OutOfStockException();
            }));
            await FailToSaveAsync();
        });

        Assert.AreEqual(3, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Optimistic_failure_undoes_its_save_and_the_next_one_works()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            db.Update(new Order { Id = 4711, Item = "nobody's" });
            await Assert.ThrowsExactlyAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
            await InsertAsync("coffee");
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Users_own_savepoint_is_left_to_the_user()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var transaction = (await Tx.SessionAsync(Connect)).Database.CurrentTransaction!;
            await transaction.CreateSavepointAsync("mine");
            await InsertManyAsync("coffee", 2);
            await transaction.RollbackToSavepointAsync("mine");
            await transaction.ReleaseSavepointAsync("mine");
            await InsertAsync("milk");
        });

        Assert.AreEqual("milk,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_saves_do_the_same()
    {
        Units.Required(() =>
        {
            for (var number = 0; number < 20; number++)
                Insert("tea");
            var db = Tx.Session(Connect);
            db.Add(new Order { Item = "none", Quantity = -1 });
            Assert.ThrowsExactly<DbUpdateException>(() => db.SaveChanges());
            db.ChangeTracker.Clear();
            Insert("coffee");
        });

        Assert.AreEqual(21, Master.CountAsync().GetAwaiter().GetResult());
    }

    private async Task InsertManyAsync(string item, int count)
    {
        for (var number = 0; number < count; number++)
            await InsertAsync(item);
    }

    private async Task FailToSaveAsync()
    {
        var db = await Tx.SessionAsync(Connect);
        db.Add(new Order { Item = "none", Quantity = -1 });
        await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();
    }
}

[TestClass]
public sealed class SaveSavepointsOnInterfaceProxyTests : SaveSavepointSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SaveSavepointsOnClassProxyTests : SaveSavepointSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SaveSavepointsOnCallTests : SaveSavepointSpecification<CallEntry>;
