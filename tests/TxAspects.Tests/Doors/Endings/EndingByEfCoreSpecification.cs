using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// An end by EF Core's own methods keeps every rule of the unit: it is an early end like <c>Tx.CommitAsync</c>, or it is refused.
/// </summary>
public abstract class EndingByEfCoreSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(EfCoreEnd.FacadeAsync)]
    [DataRow(EfCoreEnd.Facade)]
    [DataRow(EfCoreEnd.TransactionAsync)]
    [DataRow(EfCoreEnd.Transaction)]
    public async Task Doomed_unit_refuses_to_be_committed(EfCoreEnd way)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("half");
            await DoomAsync();
            await way.CommitAsync(await Tx.SessionAsync(Connect));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(EfCoreEnd.FacadeAsync)]
    [DataRow(EfCoreEnd.Facade)]
    [DataRow(EfCoreEnd.TransactionAsync)]
    [DataRow(EfCoreEnd.Transaction)]
    public async Task Unit_that_is_to_roll_back_refuses_to_be_committed(EfCoreEnd way)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("half");
            Tx.SetRollbackOnly("no");
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => way.CommitAsync(db));
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(EfCoreEnd.FacadeAsync)]
    [DataRow(EfCoreEnd.Facade)]
    [DataRow(EfCoreEnd.TransactionAsync)]
    [DataRow(EfCoreEnd.Transaction)]
    public async Task Unit_with_a_failed_command_refuses_to_be_committed(EfCoreEnd way)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("half");
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));
            await way.CommitAsync(db);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(EfCoreEnd.FacadeAsync)]
    [DataRow(EfCoreEnd.Facade)]
    [DataRow(EfCoreEnd.TransactionAsync)]
    [DataRow(EfCoreEnd.Transaction)]
    public async Task Inner_call_of_a_reserved_unit_may_neither_commit_nor_roll_back(EfCoreEnd way)
    {
        await Units.ReservedAsync(async () =>
        {
            await InsertAsync("kept");
            var db = await Tx.SessionAsync(Connect);
            await SwallowAsync<EarlyCompletionException>(() => way.CommitAsync(db));
            await SwallowAsync<EarlyCompletionException>(() => way.RollbackAsync(db));
            Assert.AreEqual(0, await Master.CountAsync());
            await Tx.RollbackAllAsync();
            await InsertAsync("mine");
        });

        Assert.AreEqual("mine", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(EfCoreEnd.FacadeAsync)]
    [DataRow(EfCoreEnd.Facade)]
    [DataRow(EfCoreEnd.TransactionAsync)]
    [DataRow(EfCoreEnd.Transaction)]
    public async Task Unit_past_its_deadline_refuses_to_be_committed(EfCoreEnd way)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.LimitedAsync(async () =>
        {
            await InsertAsync("late");
            var db = await Tx.SessionAsync(Connect);
            await UntilCancelledAsync(Tx.Current!.CancellationToken);
            await way.CommitAsync(db);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(EfCoreEnd.FacadeAsync)]
    [DataRow(EfCoreEnd.Facade)]
    [DataRow(EfCoreEnd.TransactionAsync)]
    [DataRow(EfCoreEnd.Transaction)]
    public async Task Hooks_are_told_what_became_of_their_work(EfCoreEnd way)
    {
        var told = new List<string>();

        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            AddHooks("kept", told);
            await SaveAsync(db, "kept");
            await way.CommitAsync(db);
            Assert.AreEqual("before kept, kept committed", string.Join(", ", told));
            AddHooks("undone", told);
            await SaveAsync(db, "undone");
            await way.RollbackAsync(db);
            Assert.AreEqual("before kept, kept committed, undone rolled back", string.Join(", ", told));
            AddHooks("lost", told);
            await SaveAsync(db, "lost");
        });

        Assert.AreEqual("before kept, kept committed, undone rolled back, lost rolled back", string.Join(", ", told));
        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(EfCoreEnd.FacadeAsync)]
    [DataRow(EfCoreEnd.Facade)]
    [DataRow(EfCoreEnd.TransactionAsync)]
    [DataRow(EfCoreEnd.Transaction)]
    public async Task Unit_that_was_committed_in_part_is_not_repeated(EfCoreEnd way)
    {
        var runs = 0;

        await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.RetryingAsync(async () =>
        {
            runs++;
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "kept");
            await way.CommitAsync(db);
            throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
        }));

        Assert.AreEqual(1, runs);
        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_saves_what_is_pending_and_leaves_the_session_usable()
    {
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "saved");
            var pending = new Order { Item = "pending" };
            db.Orders.Add(pending);
            await db.Database.CommitTransactionAsync();
            Assert.IsNull(db.Database.CurrentTransaction);
            Assert.AreEqual(EntityState.Unchanged, db.Entry(pending).State);
            Assert.AreEqual(2, await db.Orders.CountAsync());
        });

        Assert.AreEqual("pending,saved", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_unit_keeps_the_same_rules()
    {
        Units.Required(() =>
        {
            Insert("half");
            Tx.SetRollbackOnly("no");
            Assert.ThrowsExactly<UnitOfWorkDoomedException>(Tx.Session(Connect).Database.CommitTransaction);
        });
        Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            Insert("half");
            Assert.ThrowsExactly<UnitFailure>(() => Units.Required(() => throw new UnitFailure()));
            Tx.Session(Connect).Database.CurrentTransaction!.Commit();
        }));
        FailingUnit(() =>
        {
            Insert("kept");
            Tx.Session(Connect).Database.CommitTransaction();
            Insert("lost");
        });

        Assert.AreEqual("kept", Master.ItemsAsync().GetAwaiter().GetResult());
    }

    private static void AddHooks(string name, List<string> told)
    {
        Tx.OnCommitting(() => told.Add($"before {name}"));
        Tx.OnCommitted(() => told.Add($"{name} committed"));
        Tx.OnRolledBack(() => told.Add($"{name} rolled back"));
    }

    private static async Task UntilCancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task;
    }

    /// <summary>Runs an inner call that is refused; the call fails, and so dooms the unit, as any other would.</summary>
    private async Task SwallowAsync<TRefusal>(Func<Task> end)
        where TRefusal : Exception
        => await Assert.ThrowsExactlyAsync<TRefusal>(() => Units.RequiredAsync(end));
}

[TestClass]
public sealed class EndingByEfCoreOnInterfaceProxyTests : EndingByEfCoreSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class EndingByEfCoreOnClassProxyTests : EndingByEfCoreSpecification<ClassProxyEntry>;

[TestClass]
public sealed class EndingByEfCoreOnCallTests : EndingByEfCoreSpecification<CallEntry>;
