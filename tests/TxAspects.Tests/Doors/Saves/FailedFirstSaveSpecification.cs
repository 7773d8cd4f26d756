using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>A first save that fails undoes itself alone: what was set or locked when the transaction began is still there.</summary>
public abstract class FailedFirstSaveSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    private const string SetAndLock = "SELECT set_config('app.tenant', '7', true), pg_advisory_xact_lock(42)";

    public enum SetBy
    {
        RawCommandAtStart,
        EfCommandAtStart,
        EfCommandAtSave,
        HandlerOfSavingChanges,
        RawCommandBeforeTheSave,
        DapperBeforeTheSave,
    }

    public static IEnumerable<object[]> Ways
        => from way in Enum.GetValues<SetBy>() from isAsync in new[] { true, false } select new object[] { way, isAsync };

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Setting_and_lock_survive_it(SetBy by, bool async)
    {
        var connect = by switch
        {
            SetBy.RawCommandAtStart => ConnectWith(new AtStart(byEfCore: false)),
            SetBy.EfCommandAtStart => ConnectWith(new AtStart(byEfCore: true)),
            SetBy.EfCommandAtSave => ConnectWith(new AtSave()),
            _ => Connect,
        };

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            if (by is SetBy.HandlerOfSavingChanges)
                db.SavingChanges += SetOnce;
            if (by is SetBy.RawCommandBeforeTheSave)
                await db.Database.ExecuteSqlRawAsync(SetAndLock);
            if (by is SetBy.DapperBeforeTheSave)
                await Dapper.SqlMapper.ExecuteAsync(await Tx.ConnectionAsync(connect), SetAndLock);
            await FailToSaveAsync(db, async);
            await AssertStillThereAsync(db);
            await SaveAsync(db, "kept");
            await FailToSaveAsync(db, async);
            await AssertStillThereAsync(db);
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());

        static void SetOnce(object? sender, SavingChangesEventArgs arguments)
        {
            var db = (DbContext)sender!;
            db.SavingChanges -= SetOnce;
            db.Database.ExecuteSqlRaw(SetAndLock);
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Settings_of_the_unit_survive_it(bool async)
    {
        await Units.SerializableAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await FailToSaveAsync(db, async);
            Assert.AreEqual("serializable", await db.Database.SqlQueryRaw<string>("SELECT current_setting('transaction_isolation') AS " +
                "\"Value\"").SingleAsync());
            await SaveAsync(db, "kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task It_leaves_the_unit_able_to_go_on_many_times(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            for (var time = 0; time < 5; time++)
                await FailToSaveAsync(db, async);
            await SaveAsync(db, "kept");
            await FailToSaveAsync(db, async);
            await SaveAsync(db, "too");
        });

        Assert.AreEqual("kept,too", await Master.ItemsAsync());
    }

    private static async Task FailToSaveAsync(DbContext db, bool async)
    {
        db.Add(new Order { Item = "bad", Quantity = -1 });
        if (async)
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
        else
            Assert.ThrowsExactly<DbUpdateException>(() => db.SaveChanges());
        db.ChangeTracker.Clear();
    }

    private async Task AssertStillThereAsync(DbContext db)
    {
        Assert.AreEqual("7",
            await db.Database.SqlQueryRaw<string>("SELECT coalesce(current_setting('app.tenant', true), '') AS \"Value\"").SingleAsync());
        Assert.AreEqual(1L, await Master.ScalarAsync<long>(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = " +
            "current_database())"));
    }

    private sealed class AtStart(bool byEfCore) : DbTransactionInterceptor
    {
        public override DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
        {
            if (byEfCore)
            {
                eventData.Context!.Database.ExecuteSqlRaw(SetAndLock);
                return result;
            }

            using var command = connection.CreateCommand();
            (command.Transaction, command.CommandText) = (result, SetAndLock);
            command.ExecuteNonQuery();
            return result;
        }

        public override async ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            if (byEfCore)
            {
                await eventData.Context!.Database.ExecuteSqlRawAsync(SetAndLock, cancellationToken);
                return result;
            }

            await using var command = connection.CreateCommand();
            (command.Transaction, command.CommandText) = (result, SetAndLock);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return result;
        }
    }

    private sealed class AtSave : SaveChangesInterceptor
    {
        private bool _done;

        public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        {
            if (!_done)
                eventData.Context!.Database.ExecuteSqlRaw(SetAndLock);
            _done = true;
            return result;
        }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => new(SavingChanges(eventData, result));
    }
}

[TestClass]
public sealed class FailedFirstSaveOnInterfaceProxyTests : FailedFirstSaveSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class FailedFirstSaveOnClassProxyTests : FailedFirstSaveSpecification<ClassProxyEntry>;

[TestClass]
public sealed class FailedFirstSaveOnCallTests : FailedFirstSaveSpecification<CallEntry>;
