using System.Data;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using IsolationLevel = System.Data.IsolationLevel;

namespace TxAspects.Tests;

/// <summary>A transaction that user code begins takes the unit's settings, and only the unit's own can be on a session.</summary>
public abstract class BegunByEfCoreSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task It_runs_at_the_isolation_level_of_its_unit(bool async)
    {
        await Units.SerializableAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var transaction = await BeginAsync(db, async);
            Assert.AreEqual("serializable", await SettingAsync(db, "transaction_isolation"));
        });
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task It_takes_a_level_of_its_own_where_the_unit_has_none(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var transaction = await BeginAsync(db, async, IsolationLevel.RepeatableRead);
            Assert.AreEqual("repeatable read", await SettingAsync(db, "transaction_isolation"));
        });
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Level_that_is_not_the_units_is_refused_before_anything_is_opened(bool async)
    {
        await Units.SerializableAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => BeginAsync(db, async, IsolationLevel.ReadCommitted));
            StringAssert.Contains(refused.Message, "ReadCommitted");
            StringAssert.Contains(refused.Message, "Serializable");
            Assert.AreEqual(ConnectionState.Closed, db.Database.GetDbConnection().State);
            await SaveAsync(db, "tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task It_is_read_only_in_a_read_only_unit(bool async)
    {
        await Units.ReadOnlyAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var transaction = await BeginAsync(db, async);
            Assert.AreEqual("on", await SettingAsync(db, "transaction_read_only"));
            await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => db.Database.ExecuteSqlRawAsync(RawInsertSql));
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Each_one_that_follows_in_the_unit_takes_its_settings_again(bool async)
    {
        await Units.ReadOnlyAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            for (var round = 0; round < 3; round++)
            {
                await using var transaction = await BeginAsync(db, async);
                Assert.AreEqual("on", await SettingAsync(db, "transaction_read_only"));
                await transaction.CommitAsync();
            }
        });
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Foreign_transaction_is_refused_and_the_units_own_may_be_given_again(bool async)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            var db = await Tx.SessionAsync(Connect);
            await using (var foreign = NewHandMadeContext())
            {
                await using var other = await foreign.Database.BeginTransactionAsync();
                var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => UseAsync(db, other.GetDbTransaction(), async));
                StringAssert.Contains(refused.Message, "Tx.ConnectionAsync");
            }

            await Assert.ThrowsExactlyAsync<SessionException>(() => UseAsync(db, null, async));
            await InsertAsync("too");
        });

        Assert.AreEqual("kept,too", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Ambient_scope_of_System_Transactions_is_refused_around_a_session_and_harms_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                var refused = await Assert.ThrowsAsync<Exception>(() => InsertAsync("in the scope"));
                StringAssert.Contains((refused as SessionException ?? refused.InnerException)!.Message, "TransactionScope");
            }

            (await Tx.SessionAsync(Connect)).ChangeTracker.Clear();
            using (new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled))
                await InsertAsync("suppressed");
        });

        Assert.AreEqual("suppressed", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_does_not_enlist_in_a_transaction_of_System_Transactions()
    {
        await Units.RequiredAsync(async () =>
        {
            using var own = new CommittableTransaction();
            var db = await Tx.SessionAsync(Connect);
            Assert.ThrowsExactly<SessionException>(() => db.Database.EnlistTransaction(own));
            await SaveAsync(db, "tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_unit_gives_its_settings_too()
    {
        Units.ReadOnly(() =>
        {
            var db = Tx.Session(Connect);
            using var transaction = db.Database.BeginTransaction();
            Assert.ThrowsExactly<ReadOnlyUnitOfWorkException>(() => db.Database.ExecuteSqlRaw(RawInsertSql));
        });

        Assert.AreEqual(0, Master.CountAsync().GetAwaiter().GetResult());
    }

    private static Task<IDbContextTransaction> BeginAsync(DbContext db, bool async, IsolationLevel level = IsolationLevel.Unspecified)
        => (async, level) switch
        {
            (true, IsolationLevel.Unspecified) => db.Database.BeginTransactionAsync(),
            (true, _) => db.Database.BeginTransactionAsync(level),
            (false, IsolationLevel.Unspecified) => Now(() => db.Database.BeginTransaction()),
            (false, _) => Now(() => db.Database.BeginTransaction(level)),
        };

    private static Task UseAsync(DbContext db, System.Data.Common.DbTransaction? transaction, bool async)
        => async ? db.Database.UseTransactionAsync(transaction) : Now(() => db.Database.UseTransaction(transaction));

    private static async Task<T> Now<T>(Func<T> call)
    {
        await Task.Yield();
        return call();
    }

    private static Task<string> SettingAsync(DbContext db, string name)
        => db.Database.SqlQuery<string>($"SELECT current_setting({name}) AS \"Value\"").SingleAsync();
}

[TestClass]
public sealed class BegunByEfCoreOnInterfaceProxyTests : BegunByEfCoreSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class BegunByEfCoreOnClassProxyTests : BegunByEfCoreSpecification<ClassProxyEntry>;

[TestClass]
public sealed class BegunByEfCoreOnCallTests : BegunByEfCoreSpecification<CallEntry>;
