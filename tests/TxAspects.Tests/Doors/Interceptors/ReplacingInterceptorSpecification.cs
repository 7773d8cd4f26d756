using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace TxAspects.Tests;

/// <summary>
/// Interceptors that do EF Core's part themselves, as its published specification has them: they begin, commit, roll back, make the
/// command.
/// </summary>
public abstract class ReplacingInterceptorSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_that_begins_itself_gives_the_units_transaction(bool async)
    {
        var interceptor = new Replacing { Begins = true };
        var connect = ConnectWith(interceptor);

        await Units.RequiredAsync(() => SaveAsync(connect, "kept", async));
        await FailingUnitAsync(() => SaveAsync(connect, "lost", async));

        Assert.AreEqual(2, interceptor.Calls);
        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_that_commits_itself_makes_the_unit_durable(bool async)
    {
        var interceptor = new Replacing { Commits = true };
        var connect = ConnectWith(interceptor);
        ITxUnit? unit = null;

        await Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            await SaveAsync(connect, "kept", async);
        });

        Assert.AreEqual(1, interceptor.Calls);
        Assert.AreEqual(UnitOfWorkState.Committed, unit!.State);
        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_that_rolls_back_itself_leaves_nothing(bool async)
    {
        var interceptor = new Replacing { RollsBack = true };
        var connect = ConnectWith(interceptor);

        await FailingUnitAsync(() => SaveAsync(connect, "lost", async));
        await Units.RequiredAsync(() => SaveAsync(connect, "kept", async));

        Assert.AreEqual(1, interceptor.Calls);
        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_that_makes_the_command_has_it_in_the_transaction(bool async)
    {
        var interceptor = new Replacing { MakesCommands = true };
        var connect = ConnectWith(interceptor);

        await FailingUnitAsync(() => SaveAsync(connect, "lost", async));

        Assert.IsGreaterThan(0, interceptor.Calls);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_that_changes_the_text_of_a_command_changes_what_is_sent(bool async)
    {
        var connect = ConnectWith(new Replacing { NewText = "INSERT INTO orders (item, quantity) VALUES ('other', 1)" });

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            _ = async ? await db.Database.ExecuteSqlRawAsync(RawInsertSql) : db.Database.ExecuteSqlRaw(RawInsertSql);
        });

        Assert.AreEqual("other", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Using_the_transaction_that_is_there_changes_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            var db = await Tx.SessionAsync(Connect);
            var own = db.Database.CurrentTransaction!.GetDbTransaction();
            await db.Database.UseTransactionAsync(own);
            db.Database.UseTransaction(own);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("Mixed Case")]
    [DataRow("with \"quotes\"")]
    public async Task Name_of_a_savepoint_is_quoted(string name)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            var db = await Tx.SessionAsync(Connect);
            await db.Database.CurrentTransaction!.CreateSavepointAsync(name);
            await InsertAsync("lost");
            await db.Database.CurrentTransaction!.RollbackToSavepointAsync(name);
            db.ChangeTracker.Clear();
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    private static async Task SaveAsync(DbConnect<ShopContext> connect, string item, bool async)
    {
        var db = await Tx.SessionAsync(connect);
        if (async)
            await SaveAsync(db, item);
        else
            Save(db, item);
    }

    private sealed class Replacing : DbCommandInterceptor, IDbTransactionInterceptor
    {
        public bool Begins { get; init; }

        public bool Commits { get; init; }

        public bool RollsBack { get; init; }

        public bool MakesCommands { get; init; }

        public string? NewText { get; init; }

        public int Calls { get; private set; }

        InterceptionResult<DbTransaction> IDbTransactionInterceptor.TransactionStarting(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
        {
            if (!Begins)
                return result;
            Calls++;
            return InterceptionResult<DbTransaction>.SuppressWithResult(connection.BeginTransaction());
        }

        async ValueTask<InterceptionResult<DbTransaction>> IDbTransactionInterceptor.TransactionStartingAsync(
            DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
            CancellationToken cancellationToken)
        {
            if (!Begins)
                return result;
            Calls++;
            return InterceptionResult<DbTransaction>.SuppressWithResult(await connection.BeginTransactionAsync(cancellationToken));
        }

        InterceptionResult IDbTransactionInterceptor.TransactionCommitting(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        {
            if (!Commits)
                return result;
            Calls++;
            transaction.Commit();
            return InterceptionResult.Suppress();
        }

        ValueTask<InterceptionResult> IDbTransactionInterceptor.TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
            => new(((IDbTransactionInterceptor)this).TransactionCommitting(transaction, eventData, result));

        InterceptionResult IDbTransactionInterceptor.TransactionRollingBack(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result)
        {
            if (!RollsBack)
                return result;
            Calls++;
            transaction.Rollback();
            return InterceptionResult.Suppress();
        }

        ValueTask<InterceptionResult> IDbTransactionInterceptor.TransactionRollingBackAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken)
            => new(((IDbTransactionInterceptor)this).TransactionRollingBack(transaction, eventData, result));

        public override InterceptionResult<DbCommand> CommandCreating(
            CommandCorrelatedEventData eventData, InterceptionResult<DbCommand> result)
        {
            if (!MakesCommands)
                return result;
            Calls++;
            return InterceptionResult<DbCommand>.SuppressWithResult(eventData.Connection.CreateCommand());
        }

        public override InterceptionResult<int> NonQueryExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        {
            if (NewText is not null)
                command.CommandText = NewText;
            return result;
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => new(NonQueryExecuting(command, eventData, result));
    }
}

[TestClass]
public sealed class ReplacingInterceptorOnInterfaceProxyTests : ReplacingInterceptorSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ReplacingInterceptorOnClassProxyTests : ReplacingInterceptorSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ReplacingInterceptorOnCallTests : ReplacingInterceptorSpecification<CallEntry>;
