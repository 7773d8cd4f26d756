using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// A unit inside another one that waits for a row which that one has locked waits for ever. When its command runs out of time, the error
/// names both.
/// </summary>
public abstract class CallersLockSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    private const string UpdateSql = "UPDATE orders SET quantity = 2";

    private DbConnect<ShopContext>? _impatient;

    public enum Sends
    {
        RawSql,
        SynchronousRawSql,
        ExecuteUpdate,
        SynchronousExecuteUpdate,
        LockTimeout,
    }

    public static IEnumerable<object[]> Ways => Enum.GetValues<Sends>().Select(way => new object[] { way });

    private DbConnect<ShopContext> Impatient
        => _impatient ??= Keep(new DbConnect<ShopContext>(OptionsFor<ShopContext>(settings: settings => settings.CommandTimeout = 1)));

    [TestMethod]
    [DynamicData(nameof(Ways))]
    public async Task Command_that_ran_out_of_time_names_both_units_and_the_remedy(Sends way)
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        var locked = await Assert.ThrowsExactlyAsync<LockedByOuterUnitException>(() => Units.RequiredAsync(async () =>
        {
            await LockAsync();
            await Units.NewContextAsync(() => UpdateAsync(way));
        }));

        Assert.AreEqual(NameOf("RequiredAsync"), locked.OuterUnitName);
        Assert.AreEqual(NameOf("NewContextAsync"), locked.UnitName);
        Assert.AreEqual("master", locked.ConnectName);
        StringAssert.Contains(locked.Message, locked.OuterUnitName);
        StringAssert.Contains(locked.Message, locked.UnitName);
        StringAssert.Contains(locked.Message, "Tx.OnCommitted");
        Assert.IsInstanceOfType<NpgsqlException>(locked.InnerException);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Save_that_ran_out_of_time_has_it_as_its_cause(bool async)
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        var failed = await Assert.ThrowsExactlyAsync<DbUpdateException>(() => Units.RequiredAsync(async () =>
        {
            await LockAsync();
            await Units.NewContextAsync(async () =>
            {
                var db = await Tx.SessionAsync(Impatient);
                (await db.Orders.SingleAsync()).Quantity = 2;
                if (async)
                    await db.SaveChangesAsync();
                else
                    db.SaveChanges();
            });
        }));

        Assert.IsInstanceOfType<LockedByOuterUnitException>(failed.InnerException);
    }

    [TestMethod]
    public async Task Synchronous_units_are_named_too()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        var locked = Assert.ThrowsExactly<LockedByOuterUnitException>(() => Units.Required(() =>
        {
            Tx.Session(Impatient).Database.ExecuteSqlRaw("SELECT 1 FROM orders FOR UPDATE");
            Units.NewContext(() => Tx.Session(Impatient).Database.ExecuteSqlRaw(UpdateSql));
        }));

        Assert.AreEqual(NameOf("Required"), locked.OuterUnitName);
    }

    [TestMethod]
    public async Task Cancelled_command_stays_a_cancellation_that_names_both()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));
        using var source = new CancellationTokenSource();

        var cancelled = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => Units.RequiredAsync(async () =>
        {
            await InLockAsync(Connect);
            await Units.NewContextAsync(async () =>
            {
                var update = (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync(UpdateSql, source.Token);
                await Master.WaitForBackendAsync("wait_event_type = 'Lock'");
                await source.CancelAsync();
                await update;
            });
        }));

        Assert.IsInstanceOfType<LockedByOuterUnitException>(cancelled.InnerException);
        StringAssert.Contains(cancelled.Message, NameOf("RequiredAsync"));
        StringAssert.Contains(cancelled.Message, NameOf("NewContextAsync"));
    }

    [TestMethod]
    public async Task Deadline_of_the_inner_unit_has_it_as_its_cause()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        var late = await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.RequiredAsync(async () =>
        {
            await InLockAsync(Connect);
            await Tx.RunAsync(
                async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync(UpdateSql),
                new UnitOfWorkOptions { Name = "inner", Propagation = Propagation.RequiresNew, TimeoutSeconds = 1 });
        }));

        Assert.AreEqual("inner", ((LockedByOuterUnitException)late.InnerException!).UnitName);
    }

    [TestMethod]
    public async Task Session_of_ones_own_inside_a_unit_is_named_too()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        var locked = await Assert.ThrowsExactlyAsync<LockedByOuterUnitException>(() => Units.RequiredAsync(async () =>
        {
            await LockAsync();
            await using var own = await Tx.NewSessionAsync(Impatient);
            await own.Database.ExecuteSqlRawAsync(UpdateSql);
        }));

        Assert.AreEqual(NameOf("RequiredAsync"), locked.OuterUnitName);
    }

    [TestMethod]
    public async Task Unit_around_that_only_read_locks_nothing_and_is_not_named()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));
        await using var other = new NpgsqlConnection(Master.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(UpdateSql, other, transaction))
            await command.ExecuteNonQueryAsync();

        await Assert.ThrowsExactlyAsync<NpgsqlException>(() => Units.RequiredAsync(async () =>
        {
            await (await Tx.SessionAsync(Impatient)).Orders.ToListAsync();
            await Units.NewContextAsync(() => UpdateAsync(Sends.RawSql));
        }));
        await transaction.RollbackAsync();
    }

    [TestMethod]
    public async Task Command_of_a_unit_in_no_other_one_fails_with_the_drivers_words()
        => await Assert.ThrowsExactlyAsync<NpgsqlException>(() => Units.RequiredAsync(async () =>
            await (await Tx.SessionAsync(Impatient)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(30)")));

    [TestMethod]
    public async Task Command_that_fails_for_another_reason_keeps_it()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.RequiredAsync(async () =>
        {
            await LockAsync();
            await Units.NewContextAsync(async () => await (await Tx.SessionAsync(Impatient)).Database.ExecuteSqlRawAsync("SELECT 1/0"));
        }));
    }

    private Task LockAsync() => InLockAsync(Impatient);

    private static async Task InLockAsync(DbConnect<ShopContext> connect)
        => await (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync("SELECT 1 FROM orders FOR UPDATE");

    private async Task UpdateAsync(Sends way)
    {
        var db = await Tx.SessionAsync(Impatient);
        switch (way)
        {
            case Sends.RawSql:
                await db.Database.ExecuteSqlRawAsync(UpdateSql);
                break;
            case Sends.SynchronousRawSql:
                db.Database.ExecuteSqlRaw(UpdateSql);
                break;
            case Sends.ExecuteUpdate:
                await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, 2));
                break;
            case Sends.SynchronousExecuteUpdate:
                db.Orders.ExecuteUpdate(set => set.SetProperty(order => order.Quantity, 2));
                break;
            default:
                await db.Database.ExecuteSqlRawAsync("SET LOCAL lock_timeout = 100");
                await db.Database.ExecuteSqlRawAsync(UpdateSql);
                break;
        }
    }
}

[TestClass]
public sealed class CallersLockOnInterfaceProxyTests : CallersLockSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class CallersLockOnClassProxyTests : CallersLockSpecification<ClassProxyEntry>;

[TestClass]
public sealed class CallersLockOnCallTests : CallersLockSpecification<CallEntry>;
