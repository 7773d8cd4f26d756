using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Savepoints that user code makes by EF Core or by SQL are left to it, whatever the library makes beside them.</summary>
public abstract class UserSavepointSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow("mine", true)]
    [DataRow("mine", false)]
    [DataRow("txaspects_save_2", true)]
    [DataRow("txaspects_save_2", false)]
    [DataRow("txaspects_1", true)]
    [DataRow("TXASPECTS_1", true)]
    public async Task Going_back_reaches_the_users_own_place_past_many_saves(string name, bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await SaveAsync(db, "b");
            await CreateAsync(Current(db), name, async);
            for (var save = 0; save < 40; save++)
                await SaveAsync(db, "x");
            await Units.NestedAsync(() => InsertAsync("x"));
            await BackAsync(Current(db), name, async);
            db.ChangeTracker.Clear();
            await SaveAsync(db, "c");
        });

        Assert.AreEqual("a,b,c", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Saves_after_going_back_work_and_undo_themselves_alone(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await CreateAsync(Current(db), "mine", async);
            await SaveAsync(db, "x");
            await BackAsync(Current(db), "mine", async);
            db.ChangeTracker.Clear();
            for (var save = 0; save < 20; save++)
                await SaveAsync(db, "y");
            db.Add(new Order { Item = "bad", Quantity = -1 });
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
            await BackAsync(Current(db), "mine", async);
            await SaveAsync(db, "z");
        });

        Assert.AreEqual("a,z", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Of_two_with_one_name_the_released_one_uncovers_the_other(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await CreateAsync(Current(db), "mine", async);
            await SaveAsync(db, "b");
            await CreateAsync(Current(db), "mine", async);
            await SaveAsync(db, "c");
            await BackAsync(Current(db), "mine", async);
            Assert.AreEqual(2, await db.Orders.CountAsync());
            if (async)
                await Current(db).ReleaseSavepointAsync("mine");
            else
                Current(db).ReleaseSavepoint("mine");
            await BackAsync(Current(db), "mine", async);
            db.ChangeTracker.Clear();
            Assert.AreEqual(1, await db.Orders.CountAsync());
        });

        Assert.AreEqual("a", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Going_back_to_none_or_to_a_released_one_is_refused_and_costs_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await Assert.ThrowsExactlyAsync<SessionException>(() => Current(db).RollbackToSavepointAsync("none"));
            await Current(db).CreateSavepointAsync("mine");
            await Current(db).ReleaseSavepointAsync("mine");
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => Current(db).RollbackToSavepointAsync("mine"));
            StringAssert.Contains(refused.Message, "no savepoint of this name");
            await SaveAsync(db, "b");
        });

        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Failed_command_is_undone_by_going_back(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await CreateAsync(Current(db), "mine", async);
            await FailAsync(db);
            await BackAsync(Current(db), "mine", async);
            await SaveAsync(db, "b");
        });

        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Savepoint_in_a_failed_transaction_is_refused_and_an_earlier_one_still_works()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await Current(db).CreateSavepointAsync("mine");
            await FailAsync(db);
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => Current(db).CreateSavepointAsync("late"));
            StringAssert.Contains(refused.Message, "refuses everything");
            await Current(db).RollbackToSavepointAsync("mine");
            await SaveAsync(db, "b");
        });

        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Savepoint_by_SQL_undoes_a_failed_command(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await SqlAsync(db, "SAVEPOINT mine", async);
            await FailAsync(db);
            Assert.AreEqual(UnitOfWorkState.Doomed, Tx.Current!.State);
            await SqlAsync(db, "ROLLBACK TO SAVEPOINT mine", async);
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
            await SaveAsync(db, "b");
            await SqlAsync(db, "RELEASE SAVEPOINT mine", async);
        });

        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Savepoint_by_SQL_that_destroys_a_nested_calls_place_makes_its_undoing_an_error(bool async)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await SqlAsync(db, "SAVEPOINT mine", async);
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.NestedAsync(async () =>
            {
                await SaveAsync(db, "b");
                await SqlAsync(db, "ROLLBACK TO SAVEPOINT mine", async);
                await SaveAsync(db, "c");
                throw new UnitFailure();
            }));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Savepoint_of_a_nested_call_ends_with_it()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "a");
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.NestedAsync(async () =>
            {
                await SaveAsync(db, "b");
                await Current(db).CreateSavepointAsync("mine");
                await SaveAsync(db, "c");
                throw new UnitFailure();
            }));
            await Assert.ThrowsExactlyAsync<SessionException>(() => Current(db).RollbackToSavepointAsync("mine"));
            await SaveAsync(db, "d");
        });

        Assert.AreEqual("a,d", await Master.ItemsAsync());
    }

    private static IDbContextTransaction Current(DbContext db) => db.Database.CurrentTransaction!;

    private static async Task FailAsync(DbContext db)
        => await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));

    private static Task SqlAsync(DbContext db, string sql, bool async)
        => async ? db.Database.ExecuteSqlRawAsync(sql) : Now(() => db.Database.ExecuteSqlRaw(sql));

    private static Task CreateAsync(IDbContextTransaction transaction, string name, bool async)
        => async ? transaction.CreateSavepointAsync(name) : Now(() => transaction.CreateSavepoint(name));

    private static Task BackAsync(IDbContextTransaction transaction, string name, bool async)
        => async ? transaction.RollbackToSavepointAsync(name) : Now(() => transaction.RollbackToSavepoint(name));

    private static Task Now(Action call)
    {
        call();
        return Task.CompletedTask;
    }
}

[TestClass]
public sealed class UserSavepointOnInterfaceProxyTests : UserSavepointSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class UserSavepointOnClassProxyTests : UserSavepointSpecification<ClassProxyEntry>;

[TestClass]
public sealed class UserSavepointOnCallTests : UserSavepointSpecification<CallEntry>;
