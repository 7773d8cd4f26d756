using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace TxAspects.Tests;

/// <summary>
/// Interceptors of the user's run inside the transaction, and may send commands, open the connection or supply results as in plain EF Core.
/// </summary>
public abstract class WorkingInterceptorSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    public enum Sends
    {
        Query,
        SynchronousQuery,
        NonQuery,
        SynchronousNonQuery,
        Save,
        SynchronousSave,
    }

    /// <summary>Points at which a command of EF Core's may be sent.</summary>
    public static IEnumerable<object[]> EarlyPoints
        => from point in new[] { Point.TransactionStarted, Point.SavingChanges, Point.SavedChanges, Point.TransactionCommitting }
           from isAsync in new[] { true, false }
           select new object[] { point, isAsync };

    public static IEnumerable<object[]> Kinds => Enum.GetValues<Sends>().Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task What_one_writes_before_the_first_command_is_undone_with_the_unit(Sends kind)
    {
        var connect = ConnectWith(new Before("INSERT INTO orders (item, quantity) VALUES ('audit', 1)"));

        await FailingUnitAsync(async () => await SendAsync(kind, await Tx.SessionAsync(connect)));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task What_one_writes_is_kept_with_the_unit(Sends kind)
    {
        var connect = ConnectWith(new Before("INSERT INTO orders (item, quantity) VALUES ('audit', 1)"));

        await Units.RequiredAsync(async () => await SendAsync(kind, await Tx.SessionAsync(connect)));

        Assert.IsGreaterThan(0, await Master.CountAsync("audit"));
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task What_one_sets_for_the_transaction_is_seen_by_its_first_command(Sends kind)
    {
        await Master.ExecuteAsync("ALTER TABLE orders ADD tenant text DEFAULT current_setting('app.tenant', true)");
        var connect = ConnectWith(new Before("SET LOCAL app.tenant = '7'"));

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await SendAsync(kind, db);
            Assert.AreEqual("7", await TenantAsync(db));
            Assert.AreEqual("7", await TenantAsync(db));
        });

        Assert.AreEqual(0L, await Master.ScalarAsync<long>("SELECT count(*) FROM orders WHERE tenant IS DISTINCT FROM '7'"));
    }

    [TestMethod]
    public async Task One_that_the_context_adds_itself_is_inside_too()
    {
        var connect = Keep(new DbConnect<SelfInterceptingContext>(
            OptionsFor<SelfInterceptingContext>(create: options => new SelfInterceptingContext(options))));

        await Units.RequiredAsync(async () => Assert.AreEqual("7", await TenantAsync(await Tx.SessionAsync(connect))));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_may_open_the_connection_itself(bool async)
    {
        var connect = ConnectWith(new Opening());

        await Units.RequiredAsync(async () => await SendAsync(async ? Sends.Save : Sends.SynchronousSave, await Tx.SessionAsync(connect)));
        await FailingUnitAsync(async () => await SendAsync(async ? Sends.Save : Sends.SynchronousSave, await Tx.SessionAsync(connect)));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_may_run_the_command_itself(bool async)
    {
        var connect = ConnectWith(new RunningItself());

        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await SendAsync(async ? Sends.Save : Sends.SynchronousSave, db);
            await SendAsync(async ? Sends.NonQuery : Sends.SynchronousNonQuery, db);
            Assert.AreEqual(2, async ? await db.Orders.CountAsync() : db.Orders.Count());
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task One_may_supply_a_result_so_that_nothing_is_sent(bool async)
    {
        var connect = ConnectWith(new Supplying());

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            Assert.AreEqual(42, async ? await db.Database.ExecuteSqlRawAsync(RawInsertSql) : db.Database.ExecuteSqlRaw(RawInsertSql));
            await SaveAsync(db, "sent");
        });

        Assert.AreEqual("sent", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(EarlyPoints))]
    public async Task One_may_send_a_command_of_EF_Core_at_an_early_point(Point point, bool async)
    {
        DbConnect<ShopContext>? connect = null;
        var acting = false;
        var interceptor = new ThrowingInterceptor(point, () =>
        {
            if (acting)
                return;
            acting = true;
            Tx.FindSession(connect!)!.Database.ExecuteSqlRaw(RawInsertSql);
        }) { IsArmed = true };
        connect = ConnectWith(interceptor);

        if (async)
            await Units.RequiredAsync(async () => await SendAsync(Sends.Save, await Tx.SessionAsync(connect)));
        else
            Units.Required(() => SendAsync(Sends.SynchronousSave, Tx.Session(connect)).GetAwaiter().GetResult());

        Assert.IsTrue(interceptor.HasActed);
        Assert.AreEqual("raw,sent", await Master.ItemsAsync());
    }

    [TestMethod]
    [DynamicData(nameof(EarlyPoints))]
    public async Task What_it_sends_there_is_undone_where_the_unit_fails(Point point, bool async)
    {
        if (point is Point.TransactionCommitting)
            return;    // which a failing unit never reaches

        DbConnect<ShopContext>? connect = null;
        var acting = false;
        var interceptor = new ThrowingInterceptor(point, () =>
        {
            if (acting)
                return;
            acting = true;
            Tx.FindSession(connect!)!.Database.ExecuteSqlRaw(RawInsertSql);
        }) { IsArmed = true };
        connect = ConnectWith(interceptor);

        await FailingUnitAsync(async () => await SendAsync(async ? Sends.Save : Sends.SynchronousSave, await Tx.SessionAsync(connect)));

        Assert.IsTrue(interceptor.HasActed);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(Point.TransactionCommitted, true)]
    [DataRow(Point.TransactionCommitted, false)]
    [DataRow(Point.ConnectionClosing, true)]
    [DataRow(Point.ConnectionClosed, true)]
    public async Task Command_after_the_commit_leaves_nothing_open_and_changes_no_outcome(Point point, bool async)
    {
        DbConnect<ShopContext>? connect = null;
        ITxUnit? unit = null;
        var acting = false;
        var interceptor = new ThrowingInterceptor(point, () =>
        {
            if (acting)
                return;
            acting = true;
            Tx.FindSession(connect!)?.Database.ExecuteSqlRaw(RawInsertSql);
        }) { IsArmed = true };
        connect = ConnectWith(interceptor);

        if (async)
        {
            await Units.RequiredAsync(async () =>
            {
                unit = Tx.Current;
                await SendAsync(Sends.Save, await Tx.SessionAsync(connect));
            });
        }
        else
        {
            Units.Required(() =>
            {
                unit = Tx.Current;
                SendAsync(Sends.SynchronousSave, Tx.Session(connect)).GetAwaiter().GetResult();
            });
        }

        Assert.AreEqual(UnitOfWorkState.Committed, unit!.State);
        Assert.AreEqual("sent", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(Point.TransactionStarted, true)]
    [DataRow(Point.ReaderExecuted, true)]
    [DataRow(Point.TransactionCommitting, true)]
    [DataRow(Point.TransactionStarted, false)]
    [DataRow(Point.TransactionCommitting, false)]
    public async Task One_that_ends_the_unit_from_inside_is_refused_at_once(Point point, bool commits)
    {
        var refused = 0;
        DbConnect<ShopContext>? connect = null;
        var interceptor = new ThrowingInterceptor(point, () =>
        {
            var failure = Assert.Throws<TxAspectsException>(() =>
            {
                if (commits)
                    Tx.Commit(connect!);
                else
                    Tx.RollbackAll();
            });
            Assert.IsTrue(failure is SessionInUseException or EarlyCompletionException, failure.ToString());
            refused++;
        }) { IsArmed = true };
        connect = ConnectWith(interceptor);

        await Units.RequiredAsync(async () => await SendAsync(Sends.Save, await Tx.SessionAsync(connect)));

        Assert.IsGreaterThan(0, refused);
        Assert.AreEqual("sent", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(Point.SavingChanges, true)]
    [DataRow(Point.SavedChanges, true)]
    [DataRow(Point.SavingChanges, false)]
    [DataRow(Point.SavedChanges, false)]
    public async Task Handler_that_commits_at_each_save_does_not_call_itself_without_end(Point point, bool inUnit)
    {
        DbConnect<ShopContext>? connect = null;
        ShopContext? session = null;
        var depth = 0;
        var interceptor = new ThrowingInterceptor(point, () =>
        {
            if (++depth > 20)
                throw new InvalidOperationException("It calls itself.");
            if (inUnit)
                Tx.Commit(connect!);
            else
                session!.Commit();
        }) { IsArmed = true };
        connect = ConnectWith(interceptor);

        var failure = await Assert.ThrowsAsync<Exception>(() => inUnit
            ? Units.RequiredAsync(async () => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = "never" }))
            : Tx.NewAtomicSessionAsync(connect, db =>
            {
                session = db;
                db.Orders.Add(new Order { Item = "never" });
                return Task.CompletedTask;
            }));

        Assert.IsTrue(failure is EarlyCompletionException or SessionInUseException, failure.ToString());
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failure_after_the_commit_is_logged_and_changes_no_outcome()
    {
        var log = new LogRecorder();
        var units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = log });
        var connect = ConnectWith(new ThrowingInterceptor(Point.TransactionCommitted) { IsArmed = true });
        ITxUnit? unit = null;
        var told = "";

        await units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            Tx.OnCommitted(() => { told += "committed"; });
            Tx.OnRolledBack(() => { told += "rolled back"; });
            await SendAsync(Sends.Save, await Tx.SessionAsync(connect));
        });

        Assert.AreEqual(UnitOfWorkState.Committed, unit!.State);
        Assert.AreEqual(UnitOfWorkState.Committed, unit.Outcome!.Connects[0].State);
        Assert.AreEqual("committed", told);
        Assert.IsTrue(log.Messages.Any(message => message.EventId == 12 && message.Exception is UnitFailure));
        Assert.AreEqual("sent", await Master.ItemsAsync());
    }

    private static async Task SendAsync(Sends kind, ShopContext db)
    {
        switch (kind)
        {
            case Sends.Query:
                await db.Orders.ToListAsync();
                break;
            case Sends.SynchronousQuery:
                _ = db.Orders.ToList();
                break;
            case Sends.NonQuery:
                await db.Database.ExecuteSqlRawAsync(RawInsertSql);
                break;
            case Sends.SynchronousNonQuery:
                db.Database.ExecuteSqlRaw(RawInsertSql);
                break;
            case Sends.Save:
                await SaveAsync(db, "sent");
                break;
            default:
                Save(db, "sent");
                break;
        }
    }

    private static Task<string> TenantAsync(DbContext db)
        => db.Database.SqlQueryRaw<string>("SELECT coalesce(current_setting('app.tenant', true), '') AS \"Value\"").SingleAsync();

    /// <summary>Sends a raw command before each of EF Core's.</summary>
    internal sealed class Before(string sql) : DbCommandInterceptor
    {
        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
        {
            Send(command);
            return result;
        }

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            await SendAsync(command, cancellationToken);
            return result;
        }

        public override InterceptionResult<int> NonQueryExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
        {
            Send(command);
            return result;
        }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            await SendAsync(command, cancellationToken);
            return result;
        }

        private void Send(DbCommand command)
        {
            using var own = command.Connection!.CreateCommand();
            (own.Transaction, own.CommandText) = (command.Transaction, sql);
            own.ExecuteNonQuery();
        }

        private async Task SendAsync(DbCommand command, CancellationToken cancellationToken)
        {
            await using var own = command.Connection!.CreateCommand();
            (own.Transaction, own.CommandText) = (command.Transaction, sql);
            await own.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private sealed class Opening : DbConnectionInterceptor
    {
        public override InterceptionResult ConnectionOpening(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
        {
            connection.Open();
            return InterceptionResult.Suppress();
        }

        public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection, ConnectionEventData eventData, InterceptionResult result,
            CancellationToken cancellationToken = default)
        {
            await connection.OpenAsync(cancellationToken);
            return InterceptionResult.Suppress();
        }
    }

    private sealed class RunningItself : DbCommandInterceptor
    {
        public override InterceptionResult<DbDataReader> ReaderExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
            => InterceptionResult<DbDataReader>.SuppressWithResult(command.ExecuteReader());

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
            => InterceptionResult<DbDataReader>.SuppressWithResult(await command.ExecuteReaderAsync(cancellationToken));

        public override InterceptionResult<int> NonQueryExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
            => InterceptionResult<int>.SuppressWithResult(command.ExecuteNonQuery());

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => InterceptionResult<int>.SuppressWithResult(await command.ExecuteNonQueryAsync(cancellationToken));
    }

    private sealed class Supplying : DbCommandInterceptor
    {
        public override InterceptionResult<int> NonQueryExecuting(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
            => InterceptionResult<int>.SuppressWithResult(42);

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
            => new(InterceptionResult<int>.SuppressWithResult(42));
    }
}

/// <summary>A context that adds its interceptor by itself, behind the library's.</summary>
public sealed class SelfInterceptingContext(DbContextOptions<SelfInterceptingContext> options) : OrderContext(options)
{
    protected override void OnConfiguring(DbContextOptionsBuilder builder)
        => builder.AddInterceptors(new WorkingInterceptorSpecification<CallEntry>.Before("SET LOCAL app.tenant = '7'"));
}

[TestClass]
public sealed class WorkingInterceptorOnInterfaceProxyTests : WorkingInterceptorSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class WorkingInterceptorOnClassProxyTests : WorkingInterceptorSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class WorkingInterceptorOnCallTests : WorkingInterceptorSpecification<CallEntry>
{
    [TestCleanup]
    public void Unconfigure() => Tx.Configure(new TxAspectsOptions());
}
