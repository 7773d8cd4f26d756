using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A save that begins its transaction takes the values along, and is a save as ever: its rows, keys and failures are its own.</summary>
public abstract class VariableSaveSpecification<TEntry> : TenantSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task First_save_that_fails_leaves_them()
    {
        await Units.RequiredAsync(async () =>
        {
            await FailToSaveAsync();
            Assert.AreEqual("acme:seed", await SeenAsync());
            await InsertAsync("acme:tea", Shop);
            await Units.NestedAsync(() => InsertAsync("acme:milk", Shop));
        });

        Assert.AreEqual(1, Taken);
        Assert.AreEqual("acme:milk,acme:seed,acme:tea,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task First_save_that_fails_leaves_them_at_a_higher_isolation_level_too()
    {
        await Units.SerializableAsync(async () =>
        {
            await FailToSaveAsync();
            Assert.AreEqual("serializable", await TestDatabase.IsolationOfAsync(await Tx.SessionAsync(Shop)));
            Assert.AreEqual("acme:seed", await SeenAsync());
            await FailToSaveAsync();
            await InsertAsync("acme:tea", Shop);
        });

        Assert.AreEqual(1, Taken);
        Assert.AreEqual("acme:seed,acme:tea,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task First_save_that_fails_leaves_them_in_a_transaction_of_the_users()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await FailToSaveAsync();
            await InsertAsync("acme:tea", Shop);
            Assert.AreEqual("acme:seed,acme:tea", await SeenAsync());
            await transaction.CommitAsync();
        });

        Assert.AreEqual("acme:seed,acme:tea,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Keys_that_the_server_made_come_back()
    {
        var orders = new[] { new Order { Item = "acme:a" }, new Order { Item = "acme:b" }, new Order { Item = "acme:c" } };

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            db.AddRange(orders.AsEnumerable());
            await db.SaveChangesAsync();
        });

        foreach (var order in orders)
            Assert.AreEqual(order.Item, await Master.ScalarAsync<string>($"SELECT item FROM orders WHERE id = {order.Id}"));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(42)]
    public async Task Row_that_was_changed_meanwhile_is_found_wherever_it_stands(int batchSize)
    {
        await using var shop = CreateShop(options => options with
        {
            ConfigureSession = (builder, engine) =>
                builder.UseNpgsql(engine, provider => provider.MaxBatchSize(batchSize)).UseModel(TestDatabase.Model),
        });
        for (var number = 0; number < 4; number++)
            await Master.ExecuteAsync($"INSERT INTO orders (item, quantity) VALUES ('acme:{number}', 1)");

        for (var missing = 0; missing < 4; missing++)
        {
            DbUpdateConcurrencyException? conflict = null;
            await Units.RequiredAsync(async () =>
            {
                var db = await Tx.SessionAsync(shop);
                var orders = await db.Orders.Where(order => order.Item != "acme:seed").OrderBy(order => order.Item).ToListAsync();
                orders.ForEach(order => order.Quantity++);
                await Tx.CommitAsync(shop);
                await Master.ExecuteAsync($"UPDATE orders SET version = version + 1 WHERE item = 'acme:{missing}'");
                db = await Tx.SessionAsync(shop);
                db.AttachRange(orders);
                orders.ForEach(order => db.Entry(order).Property(one => one.Quantity).IsModified = true);
                db.Add(new Order { Item = $"acme:new{missing}" });
                conflict = await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync());
                db.ChangeTracker.Clear();
            });

            Assert.AreEqual($"acme:{missing}", ((Order)conflict!.Entries.Single().Entity).Item);
            Assert.AreEqual(0, await Master.CountAsync($"acme:new{missing}"));
        }
    }

    [TestMethod]
    public async Task Failure_names_the_row_that_failed()
    {
        var failure = await Assert.ThrowsAsync<DbUpdateException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            db.AddRange(new Order { Item = "acme:a" }, new Order { Item = "acme:bad", Quantity = -1 }, new Order { Item = "acme:c" });
            await db.SaveChangesAsync();
        }));

        Assert.AreEqual(PostgresErrorCodes.CheckViolation, Assert.IsInstanceOfType<PostgresException>(failure.InnerException).SqlState);
        Assert.AreEqual("acme:seed,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Save_that_EF_Core_begins_a_transaction_for_has_them()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Shop);
            db.SavingChanges += (_, _) => db.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
            await InsertAsync("acme:tea", Shop);
            Assert.AreEqual("acme:seed,acme:tea", await SeenAsync());
        });

        Assert.AreEqual("acme:seed,acme:tea,blue:seed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Save_without_changes_takes_none()
    {
        await Units.RequiredAsync(async () => await (await Tx.SessionAsync(Shop)).SaveChangesAsync());

        Assert.AreEqual(0, Taken);
    }

    private async Task FailToSaveAsync()
    {
        var db = await Tx.SessionAsync(Shop);
        db.Orders.Add(new Order { Item = "acme:bad", Quantity = -1 });
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        db.ChangeTracker.Clear();
    }
}

[TestClass]
public sealed class VariableSavesOnInterfaceProxyTests : VariableSaveSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class VariableSavesOnClassProxyTests : VariableSaveSpecification<ClassProxyEntry>;

[TestClass]
public sealed class VariableSavesOnCallTests : VariableSaveSpecification<CallEntry>;
