using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// A connection that was lost in the middle of a transaction, in a failure that was swallowed: each later use, of whatever kind, goes on
/// over a new connection or is refused in the library's words; the unit is doomed, nothing is kept, and starting over works.
/// </summary>
public abstract class LostConnectionSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum Loss
    {
        /// <summary>The server ended the session.</summary>
        Killed,

        /// <summary>The driver gave the connection up, because it could not write a value.</summary>
        ValueRefused,
    }

    public enum Use
    {
        Query,
        SynchronousQuery,
        RawSql,
        ExecuteUpdate,
        Save,
        SynchronousSave,
        Nested,
        Block,
        UsersSavepoint,
    }

    public static IEnumerable<object[]> Uses
        => from loss in Enum.GetValues<Loss>() from use in Enum.GetValues<Use>() select new object[] { loss, use };

    [TestMethod]
    [DynamicData(nameof(Uses))]
    public async Task Next_use_never_speaks_in_the_drivers_words_and_nothing_is_kept(Loss loss, Use use)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await LoseAsync(db, loss);

            try
            {
                await UseAsync(use, db);
            }
            catch (Exception refused)
            {
                var ours = refused as TxAspectsException ?? refused.InnerException as TxAspectsException;
                Assert.IsNotNull(ours, $"{refused}");
                StringAssert.Contains(ours.Message, "'master'");
            }

            db.ChangeTracker.Clear();
        }));

        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Uses))]
    public async Task Rolling_back_starts_over(Loss loss, Use use)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "before");
            await LoseAsync(db, loss);
            await Tx.RollbackAsync(Connect);
            await UseAsync(use, db);
            await InsertAsync("last");
        });

        StringAssert.Contains(await Master.ItemsAsync(), "last");
        Assert.AreEqual(0, await Master.CountAsync("before"));
    }

    private async Task LoseAsync(ShopContext db, Loss loss)
    {
        if (loss is Loss.Killed)
        {
            await Master.KillAsync((await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").ToListAsync()).Single());
            await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT 1"));
        }
        else
        {
            await Assert.ThrowsAsync<Exception>(
                () => db.Database.ExecuteSqlRawAsync("SELECT @value", new NpgsqlParameter("value", new object())));
        }
    }

    private async Task UseAsync(Use use, ShopContext db)
    {
        switch (use)
        {
            case Use.Query:
                _ = await db.Orders.CountAsync();
                break;
            case Use.SynchronousQuery:
                _ = db.Orders.Count();
                break;
            case Use.RawSql:
                await db.Database.ExecuteSqlRawAsync(RawInsertSql);
                break;
            case Use.ExecuteUpdate:
                await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 2));
                break;
            case Use.Save:
                await SaveAsync(db, "next");
                break;
            case Use.SynchronousSave:
                Save(db, "next");
                break;
            case Use.Nested:
                await Units.NestedAsync(() => InsertAsync("next"));
                break;
            case Use.Block:
                await Tx.AtomicAsync(Connect, _ => InsertAsync("next"), WhenInTransaction.Savepoint);
                break;
            default:
                await (db.Database.CurrentTransaction ?? await db.Database.BeginTransactionAsync()).CreateSavepointAsync("mine");
                break;
        }
    }
}

[TestClass]
public sealed class LostConnectionOnInterfaceProxyTests : LostConnectionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LostConnectionOnClassProxyTests : LostConnectionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LostConnectionOnCallTests : LostConnectionSpecification<CallEntry>;
