using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// <c>SaveChanges(acceptAllChangesOnSuccess: false)</c>: what was sent is not sent again by the unit's own save, and what was changed since
/// is.
/// </summary>
public abstract class UnacceptedSaveSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Added_rows_are_written_once(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Orders.AddRange(new Order { Item = "a" }, new Order { Item = "b" });
            await SaveUnacceptedAsync(db, async);
        });

        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Change_made_afterwards_is_written_and_later_rows_are_too(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var order = new Order { Item = "a" };
            db.Orders.Add(order);
            await SaveUnacceptedAsync(db, async);
            order.Item = "changed";
            db.Orders.Add(new Order { Item = "later" });
        });

        Assert.AreEqual("changed,later", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Object_has_its_generated_key_and_the_token_that_was_sent(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var order = new Order { Item = "a" };
            db.Orders.Add(order);
            order.Version = 5;
            await SaveUnacceptedAsync(db, async);
            await Tx.CommitAsync(Connect);
            Assert.IsGreaterThan(0, order.Id);
            Assert.AreEqual(EntityState.Unchanged, db.Entry(order).State);
            order.Item = "b";
            await db.SaveChangesAsync();
        });

        Assert.AreEqual("b", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Modified_row_is_written_once_with_its_concurrency_token(bool async)
    {
        await Units.RequiredAsync(() => InsertAsync("a"));

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var order = await db.Orders.SingleAsync();
            order.Item = "b";
            order.Version++;
            await SaveUnacceptedAsync(db, async);
            order.Quantity = 7;
        });

        Assert.AreEqual("b", await Master.ItemsAsync());
        Assert.AreEqual(7, await Master.ScalarAsync<int>("SELECT quantity FROM orders"));
        Assert.AreEqual(1, await Master.ScalarAsync<int>("SELECT version FROM orders"));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Deleted_row_is_deleted_once(bool async)
    {
        await Units.RequiredAsync(() => InsertAsync("a"));

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Remove(await db.Orders.SingleAsync());
            await SaveUnacceptedAsync(db, async);
            db.Orders.Add(new Order { Item = "b" });
        });

        Assert.AreEqual("b", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Save_in_a_nested_call_that_is_kept_is_not_repeated(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Units.NestedAsync(async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                db.Orders.Add(new Order { Item = "nested" });
                await SaveUnacceptedAsync(db, async);
            });
            await Units.NestedAsync(() => InsertAsync("after"));
        });

        Assert.AreEqual("after,before,nested", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Early_commit_and_what_follows_do_not_repeat_it(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "a" });
            await SaveUnacceptedAsync(db, async);
            await Tx.CommitAsync(Connect);
            db.Orders.Add(new Order { Item = "b" });
            await SaveUnacceptedAsync(db, async);
            await db.Database.CommitTransactionAsync();
            Assert.IsFalse(db.ChangeTracker.HasChanges());
        });

        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Users_own_acceptance_or_second_save_is_theirs()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "accepted" });
            await db.SaveChangesAsync(acceptAllChangesOnSuccess: false);
            db.ChangeTracker.AcceptAllChanges();
            db.Orders.Add(new Order { Item = "twice" });
            await db.SaveChangesAsync(acceptAllChangesOnSuccess: false);

            // As in plain EF Core: whoever saves what is still marked as added adds it again.
            foreach (var entry in db.ChangeTracker.Entries<Order>().Where(entry => entry.State is EntityState.Added).ToArray())
                entry.Entity.Id = 0;
            await db.SaveChangesAsync();
        });

        Assert.AreEqual("accepted,twice,twice", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_unit_writes_once_too()
    {
        Units.Required(() =>
        {
            var db = Tx.Session(Connect);
            db.Orders.Add(new Order { Item = "a" });
            db.SaveChanges(acceptAllChangesOnSuccess: false);
        });

        Assert.AreEqual("a", Master.ItemsAsync().GetAwaiter().GetResult());
    }

    private static Task SaveUnacceptedAsync(DbContext db, bool async)
    {
        if (async)
            return db.SaveChangesAsync(acceptAllChangesOnSuccess: false);

        db.SaveChanges(acceptAllChangesOnSuccess: false);
        return Task.CompletedTask;
    }
}

[TestClass]
public sealed class UnacceptedSaveOnInterfaceProxyTests : UnacceptedSaveSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class UnacceptedSaveOnClassProxyTests : UnacceptedSaveSpecification<ClassProxyEntry>;

[TestClass]
public sealed class UnacceptedSaveOnCallTests : UnacceptedSaveSpecification<CallEntry>;
