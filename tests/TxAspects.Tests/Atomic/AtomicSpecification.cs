using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A block is durable when it returns and undone when it throws, whatever the unit does afterwards.</summary>
public abstract class AtomicSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Block_is_durable_when_it_returns_and_survives_the_units_failure()
    {
        await FailingUnitAsync(async () =>
        {
            await Tx.AtomicAsync(Connect, db => SaveAsync(db, "kept"));
            Assert.AreEqual(1, await Master.CountAsync());
            await InsertAsync("lost");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Block_gets_the_units_session_and_gives_its_value_back()
    {
        await Units.RequiredAsync(async () =>
        {
            var given = await Tx.AtomicAsync(Connect, db => Task.FromResult(db));
            Assert.AreSame(await Tx.SessionAsync(Connect), given);
        });
    }

    [TestMethod]
    public async Task Row_that_the_block_only_added_is_durable_too()
    {
        await FailingUnitAsync(() => Tx.AtomicAsync(Connect, db =>
        {
            db.Orders.Add(new Order { Item = "kept" });
            return Task.CompletedTask;
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Block_that_throws_is_undone_the_exception_passes_and_the_session_works_on()
    {
        var thrown = new UnitFailure();
        await Units.RequiredAsync(async () =>
        {
            var caught = await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(Connect, async db =>
            {
                await SaveAsync(db, "lost");
                throw thrown;
            }));
            Assert.AreSame(thrown, caught);
            Assert.IsEmpty((await Tx.SessionAsync(Connect)).ChangeTracker.Entries());
            await InsertAsync("kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_makes_the_open_work_durable_first()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(Connect, async db =>
            {
                Assert.AreEqual(1, await Master.CountAsync());
                await SaveAsync(db, "lost");
                throw new UnitFailure();
            }));
        });

        Assert.AreEqual("before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_saves_what_was_only_added_before_the_block()
    {
        await FailingUnitAsync(async () =>
        {
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "before" });
            await Tx.AtomicAsync(Connect, async _ => Assert.AreEqual(1, await Master.CountAsync()));
        });

        Assert.AreEqual("before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rollback_undoes_the_open_work_first()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("saved");
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "added" });
            await Tx.AtomicAsync(Connect, db => SaveAsync(db, "kept"), WhenInTransaction.Rollback);
            Assert.AreEqual("kept", await Master.ItemsAsync());
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Refused_commit_inside_a_savepoint_block_dooms_the_unit_whose_work_it_took_along()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<System.Data.Common.DbException>(() => Tx.AtomicAsync(Connect, async db =>
            {
                db.Orders.AddRange(new Order { Item = "one", Slot = 7 }, new Order { Item = "two", Slot = 7 });
                await Tx.CommitAsync(Connect);
            }, WhenInTransaction.Savepoint));
            await InsertAsync("after");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Throw_refuses_where_work_is_open_and_harms_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            var refused = await Assert.ThrowsExactlyAsync<TransactionOpenException>(
                () => Tx.AtomicAsync(Connect, db => SaveAsync(db, "block"), WhenInTransaction.Throw));
            Assert.AreEqual("master", refused.ConnectName);
            Assert.AreEqual(NameOf("RequiredAsync"), refused.UnitName);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Throw_runs_where_nothing_is_open()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("before");
            await Tx.CommitAsync(Connect);
            await Tx.AtomicAsync(Connect, db => SaveAsync(db, "block"), WhenInTransaction.Throw);
        });

        Assert.AreEqual("before,block", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Savepoint_leaves_the_commit_to_the_unit()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("lost");
            await Tx.AtomicAsync(Connect, db => SaveAsync(db, "lost too"), WhenInTransaction.Savepoint);
        });
        Assert.AreEqual(0, await Master.CountAsync());

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Tx.AtomicAsync(Connect, db => SaveAsync(db, "block"), WhenInTransaction.Savepoint);
            Assert.AreEqual(0, await Master.CountAsync());
        });
        Assert.AreEqual("before,block", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Savepoint_block_that_throws_is_undone_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("saved");
            var db = await Tx.SessionAsync(Connect);
            db.Orders.Add(new Order { Item = "added" });
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(Connect, async _ =>
            {
                await InsertAsync("lost");
                db.Orders.Add(new Order { Item = "lost too" });
                throw new UnitFailure();
            }, WhenInTransaction.Savepoint));
            await InsertAsync("after");
        });

        Assert.AreEqual("added,after,saved", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Savepoint_block_survives_a_failed_command_inside_it()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<Exception>(() => Tx.AtomicAsync(
                Connect, db => db.Database.ExecuteSqlRawAsync("SELECT nothing"), WhenInTransaction.Savepoint));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(WhenInTransaction.Commit)]
    [DataRow(WhenInTransaction.Savepoint)]
    public async Task Block_may_close_the_session_and_go_on_with_a_new_one(WhenInTransaction mode)
    {
        await Units.RequiredAsync(async () =>
        {
            await Tx.AtomicAsync(Connect, async _ =>
            {
                await InsertAsync("lost");
                await Tx.CloseAsync(Connect);
                await InsertAsync("kept");
            }, mode);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,kept", await Master.ItemsAsync());
    }
}

[TestClass]
public sealed class AtomicOnInterfaceProxyTests : AtomicSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class AtomicOnClassProxyTests : AtomicSpecification<ClassProxyEntry>;

[TestClass]
public sealed class AtomicOnCallTests : AtomicSpecification<CallEntry>;
