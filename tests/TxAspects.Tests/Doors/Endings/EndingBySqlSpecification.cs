using Dapper;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Tests;

/// <summary>
/// A transaction that user code ends past EF Core. Nobody can prevent it, so it is found at the next use or at the commit, and is never
/// reported as the unit's own end.
/// </summary>
public abstract class EndingBySqlSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum By
    {
        ExecuteSql,
        SynchronousExecuteSql,
        Dapper,
        SynchronousDapper,
        DbTransaction,
        SynchronousDbTransaction,
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Next_command_is_refused_with_the_remedy_and_the_unit_cannot_succeed(By way, bool commits)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await EndAsync(db, way, commits);
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => db.Orders.CountAsync());
            StringAssert.Contains(refused.Message, "Tx.CommitAsync");
            Assert.IsTrue(Tx.Current!.State is UnitOfWorkState.Doomed);
        }));

        Assert.AreEqual(commits ? "before" : "", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Next_save_is_refused_and_writes_nothing_by_itself(By way, bool commits)
    {
        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await EndAsync(db, way, commits);
            await SaveAsync(db, "after");
        }));

        Assert.AreEqual(commits ? "before" : "", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Commit_that_finds_it_fails_and_nobody_is_told_of_a_rollback_or_a_commit(By way, bool commits)
    {
        ITxUnit? unit = null;
        var told = 0;

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            Tx.OnCommitted(() => told++);
            Tx.OnRolledBack(() => told++);
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await EndAsync(db, way, commits);
        }));

        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, unit!.State);
        Assert.AreEqual(0, told);
        Assert.AreEqual(commits ? "before" : "", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Unit_that_fails_afterwards_does_not_say_that_it_was_rolled_back(By way, bool commits)
    {
        ITxUnit? unit = null;
        var told = 0;

        await FailingUnitAsync(async () =>
        {
            unit = Tx.Current;
            Tx.OnRolledBack(() => told++);
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await EndAsync(db, way, commits);
        });

        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, unit!.State);
        Assert.AreEqual(0, told);
        Assert.AreEqual(commits ? "before" : "", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Rolling_back_makes_the_session_usable_again(By way, bool commits)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await EndAsync(db, way, commits);
            await Tx.RollbackAsync(Connect);
            await InsertAsync("later");
        });

        Assert.AreEqual(commits ? "before,later" : "later", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_unit_finds_it_too()
    {
        Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            Insert("before");
            Tx.Session(Connect).Database.ExecuteSqlRaw("COMMIT");
        }));

        Assert.AreEqual("before", Master.ItemsAsync().GetAwaiter().GetResult());
    }

    public static IEnumerable<object[]> Ways
        => from way in Enum.GetValues<By>() from commits in new[] { true, false } select new object[] { way, commits };

    private async Task EndAsync(ShopContext db, By way, bool commits)
    {
        var sql = commits ? "COMMIT" : "ROLLBACK";
        var transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        switch (way)
        {
            case By.ExecuteSql:
                await db.Database.ExecuteSqlRawAsync(sql);
                break;
            case By.SynchronousExecuteSql:
                db.Database.ExecuteSqlRaw(sql);
                break;
            case By.Dapper:
                await (await Tx.ConnectionAsync(Connect)).ExecuteAsync(sql);
                break;
            case By.SynchronousDapper:
                Tx.Connection(Connect).Execute(sql);
                break;
            case By.DbTransaction:
                await (commits ? transaction.CommitAsync() : transaction.RollbackAsync());
                break;
            case By.SynchronousDbTransaction when commits:
                transaction.Commit();
                break;
            default:
                transaction.Rollback();
                break;
        }
    }
}

[TestClass]
public sealed class EndingBySqlOnInterfaceProxyTests : EndingBySqlSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class EndingBySqlOnClassProxyTests : EndingBySqlSpecification<ClassProxyEntry>;

[TestClass]
public sealed class EndingBySqlOnCallTests : EndingBySqlSpecification<CallEntry>;
