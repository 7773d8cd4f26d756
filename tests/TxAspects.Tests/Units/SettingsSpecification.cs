using System.Data;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>Isolation level and read-only: what the unit gets, and what an inner call cannot ask for.</summary>
public abstract class SettingsSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public Task Isolation_level_is_that_of_the_transaction()
        => Units.SerializableAsync(async () => Assert.AreEqual("serializable", await ShowIsolationAsync()));

    [TestMethod]
    public Task Isolation_level_is_the_databases_own_by_default()
        => Units.RequiredAsync(async () => Assert.AreEqual(TestDatabase.DefaultIsolation, await ShowIsolationAsync()));

    [TestMethod]
    public Task Isolation_level_holds_for_the_transaction_after_an_early_commit()
        => Units.SerializableAsync(async () =>
        {
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            Assert.AreEqual("serializable", await ShowIsolationAsync());
        });

    [TestMethod]
    public Task Isolation_level_is_not_inherited_by_a_new_context()
        => Units.SerializableAsync(async () =>
        {
            await InsertAsync("tea");
            await Units.NewContextAsync(async () => Assert.AreEqual(TestDatabase.DefaultIsolation, await ShowIsolationAsync()));
        });

    [TestMethod]
    public async Task Inner_call_that_asks_for_another_isolation_level_is_refused_naming_both_and_dooms_nothing()
    {
        var ran = false;

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var refused = await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(() => Units.SerializableAsync(() =>
            {
                ran = true;
                return Task.CompletedTask;
            }));
            Assert.AreEqual(NameOf("SerializableAsync"), refused.MethodName);
            Assert.AreEqual(NameOf("RequiredAsync"), refused.UnitName);
            Assert.AreEqual(nameof(IsolationLevel), refused.Setting);
            StringAssert.Contains(refused.Message, NameOf("SerializableAsync"));
            StringAssert.Contains(refused.Message, NameOf("RequiredAsync"));
        });

        Assert.IsFalse(ran);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public Task Inner_call_that_asks_for_the_same_isolation_level_joins()
        => Units.SerializableAsync(async () =>
        {
            var unit = Tx.Current;
            await InsertAsync("tea");
            await Units.SerializableAsync(() =>
            {
                Assert.AreSame(unit, Tx.Current);
                return Task.CompletedTask;
            });
        });

    [TestMethod]
    public Task Inner_call_that_asks_for_no_isolation_level_joins()
        => Units.SerializableAsync(() => Units.RequiredAsync(async () => Assert.AreEqual("serializable", await ShowIsolationAsync())));

    [TestMethod]
    public async Task Read_only_unit_refuses_to_save_changes_naming_its_method()
    {
        var refused = await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Units.ReadOnlyAsync(() => InsertAsync("tea")));

        Assert.AreEqual(NameOf("ReadOnlyAsync"), refused.UnitName);
        Assert.AreEqual(Connect.Name, refused.ConnectName);
        StringAssert.Contains(refused.Message, NameOf("ReadOnlyAsync"));
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_read_only_unit_refuses_to_save_changes()
    {
        var refused = Assert.ThrowsExactly<ReadOnlyUnitOfWorkException>(() => Units.ReadOnly(() => Insert("tea")));

        Assert.AreEqual(NameOf("ReadOnly"), refused.UnitName);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Read_only_unit_refuses_changes_that_only_its_end_would_save()
    {
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Units.ReadOnlyAsync(() => AddAsync(new Order { Item = "tea" })));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Read_only_unit_may_save_where_nothing_changed()
        => await Units.ReadOnlyAsync(async () => Assert.AreEqual(0, await (await Tx.SessionAsync(Connect)).SaveChangesAsync()));

    [TestMethod]
    public async Task Server_refuses_a_raw_write_in_a_read_only_unit()
    {
        var refused = await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Units.ReadOnlyAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
        }));

        Assert.IsTrue(TestDatabase.IsReadOnlyRefusal(refused.InnerException!));
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Queries_of_a_read_only_unit_do_not_track()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        await Units.ReadOnlyAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.AreEqual("tea", (await db.Orders.SingleAsync()).Item);
            Assert.IsEmpty(db.ChangeTracker.Entries());
        });
    }

    [TestMethod]
    public async Task Unit_after_a_read_only_one_tracks_and_writes_again()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));
        await Units.ReadOnlyAsync(async () => await (await Tx.SessionAsync(Connect)).Orders.SingleAsync());

        await Units.RequiredAsync(async () => (await (await Tx.SessionAsync(Connect)).Orders.SingleAsync()).Item = "coffee");

        Assert.AreEqual("coffee", await Master.ItemsAsync());
    }

    [TestMethod]
    public virtual Task Inner_call_that_writes_is_refused_in_a_read_only_unit_naming_both()
        => Units.ReadOnlyAsync(async () =>
        {
            await ShowIsolationAsync();
            var refused = await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(
                () => Units.RequiredAsync(() => throw new InvalidOperationException("The body ran.")));
            Assert.AreEqual(NameOf("RequiredAsync"), refused.MethodName);
            Assert.AreEqual(NameOf("ReadOnlyAsync"), refused.UnitName);
            Assert.AreEqual("ReadOnly", refused.Setting);
        });

    [TestMethod]
    public virtual Task Nested_call_that_writes_is_refused_in_a_read_only_unit()
        => Units.ReadOnlyAsync(async () =>
        {
            await ShowIsolationAsync();
            await Assert.ThrowsExactlyAsync<UnitOfWorkJoinException>(
                () => Units.NestedAsync(() => throw new InvalidOperationException("The body ran.")));
        });

    [TestMethod]
    public async Task Read_only_call_joins_a_unit_that_writes()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Units.ReadOnlyAsync(async () => Assert.AreEqual(1, await (await Tx.SessionAsync(Connect)).Orders.CountAsync()));
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task New_context_inside_a_read_only_unit_may_write()
    {
        await Units.ReadOnlyAsync(async () =>
        {
            await ShowIsolationAsync();
            await Units.NewContextAsync(() => InsertAsync("tea"));
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public Task Unit_tells_its_settings()
        => Units.SerializableAsync(() =>
        {
            Assert.AreEqual(IsolationLevel.Serializable, Tx.Current!.Options.IsolationLevel);
            Assert.IsFalse(Tx.Current.Options.ReadOnly);
            return Task.CompletedTask;
        });

    private async Task<string> ShowIsolationAsync() => await TestDatabase.IsolationOfAsync(await Tx.SessionAsync(Connect));
}

[TestClass]
public sealed class SettingsOnInterfaceProxyTests : SettingsSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SettingsOnClassProxyTests : SettingsSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SettingsOnCallTests : SettingsSpecification<CallEntry>;
