using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A task that outlives its unit gets an error, and never a session or a part in another unit.</summary>
public abstract class EndedUnitSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Late_call_names_the_unit_and_leases_no_connection()
    {
        var calls = new List<Func<Task>>
        {
            () => Tx.SessionAsync(Connect).AsTask(),
            () => Tx.ConnectionAsync(Connect).AsTask(),
            () => Tx.CommitAsync(Connect),
            () => Tx.RollbackAsync(Connect),
            () => Tx.CloseAsync(Connect),
            () => Tx.CommitAllAsync(),
            () => Tx.RollbackAllAsync(),
            () => Tx.CloseAllAsync(),
            () => Tx.AtomicAsync(Connect, _ => Task.CompletedTask),
            () => Task.Run(() => Tx.Session(Connect)),
            () => Task.Run(() => Tx.Connection(Connect)),
            () => Task.Run(() => Tx.Commit(Connect)),
            () => Task.Run(() => Tx.FindSession(Connect)),
            () => Units.RequiredAsync(() => Task.CompletedTask),
        };

        foreach (var call in calls)
        {
            var ended = await LateAsync(_ => call());
            Assert.AreEqual(NameOf("RequiredAsync"), ended.UnitName);
            StringAssert.Contains(ended.Message, $"'{NameOf("RequiredAsync")}'");
        }

        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Late_task_may_open_a_context_of_its_own()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task late = null!;
        await Units.RequiredAsync(() =>
        {
            late = After(gate, async () =>
            {
                await Units.NewContextAsync(() => InsertAsync("own unit"));
                await using var db = await Tx.NewSessionAsync(Connect);
                await SaveAsync(db, "own session");
                await db.CommitAsync();
            });
            return Task.CompletedTask;
        });

        gate.SetResult();
        await late;

        Assert.AreEqual("own session,own unit", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Late_task_cannot_use_its_session_while_nobody_else_has_it()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task late = null!;
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            late = After(gate, () => SaveAsync(db, "late"));
        });

        gate.SetResult();

        await Assert.ThrowsAsync<Exception>(() => late);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public Task Late_save_does_not_work_in_another_units_lease()
        => StaysOutAsync(db => db.SaveChangesAsync());

    [TestMethod]
    public Task Late_query_does_not_work_in_another_units_lease()
        => StaysOutAsync(db => db.Orders.CountAsync());

    [TestMethod]
    public Task Late_statement_does_not_work_in_another_units_lease()
        => StaysOutAsync(db => db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('late', 1)"));

    [TestMethod]
    public Task Late_commit_does_not_work_in_another_units_lease()
        => StaysOutAsync(db => db.CommitAsync());

    [TestMethod]
    public Task Late_rollback_does_not_work_in_another_units_lease()
        => StaysOutAsync(db => db.RollbackAsync());

    [TestMethod]
    public Task Late_transaction_does_not_begin_in_another_units_lease()
        => StaysOutAsync(db => db.Database.BeginTransactionAsync());

    [TestMethod]
    public Task Late_row_is_not_added_to_another_units_lease()
        => StaysOutAsync(db =>
        {
            db.Orders.Add(new Order { Item = "late" });
            return Task.CompletedTask;
        });

    [TestMethod]
    public async Task New_session_has_a_context_that_nobody_else_has()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (stale, late) = await LeaveBehindAsync(gate, db => SaveAsync(db, "late"));

        await using (var db = await Tx.NewSessionAsync(Connect))
        {
            Assert.AreNotSame(stale, db);
            gate.SetResult();
            await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => late);
        }

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Kept_session_does_not_work_in_another_units_lease_for_code_that_is_in_no_unit_or_in_a_third_one()
    {
        Func<ShopContext, Task>[] uses =
        [
            db => SaveAsync(db, "kept"),
            db => db.Orders.CountAsync(),
            db => db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('kept', 1)"),
            db => db.CommitAsync(),
            db => db.RollbackAsync(),
            db => db.Database.BeginTransactionAsync(),
            db => Task.FromResult(db.Orders.Add(new Order { Item = "kept" })),
        ];
        ShopContext kept = null!;
        await Units.RequiredAsync(async () => kept = await Tx.SessionAsync(Connect));

        foreach (var use in uses)
        {
            await Units.RequiredAsync(async () =>
            {
                Assert.AreSame(kept, await Tx.SessionAsync(Connect));
                var inNone = await Assert.ThrowsExactlyAsync<SessionException>(() => ElsewhereAsync(() => use(kept)));
                var inThird = await Assert.ThrowsExactlyAsync<SessionException>(() => ElsewhereAsync(() => Tx.RunAsync(() => use(kept))));

                StringAssert.Contains(inNone.Message, $"belongs to the unit of work '{NameOf("RequiredAsync")}'");
                Assert.AreEqual(inNone.Message, inThird.Message);
            });
        }

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Session_of_a_unit_works_in_units_inside_it()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await Units.NewContextAsync(() => SaveAsync(db, "inside"));
        });

        Assert.AreEqual("inside", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Scope_may_be_completed_where_it_is_not_ambient()
    {
        using (var scope = Tx.Open())
        {
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "tea" });
            await ElsewhereAsync(() => scope.CompleteAsync().AsTask());
        }

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    /// <summary>Runs code to which nothing ambient flows.</summary>
    private static Task ElsewhereAsync(Func<Task> code)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(code);
    }

    private async Task StaysOutAsync(Func<ShopContext, Task> use)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (stale, late) = await LeaveBehindAsync(gate, use);

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            Assert.AreSame(stale, db);
            db.Orders.Add(new Order { Item = "mine" });
            gate.SetResult();
            await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => late);
            Assert.AreEqual(0, await Master.CountAsync());
        });

        Assert.AreEqual("mine", await Master.ItemsAsync());
    }

    /// <summary>A task of a unit that has ended, which still holds the unit's session and uses it when the gate opens.</summary>
    private async Task<(ShopContext Stale, Task Late)> LeaveBehindAsync(TaskCompletionSource gate, Func<ShopContext, Task> use)
    {
        ShopContext stale = null!;
        Task late = null!;
        await Units.RequiredAsync(async () =>
        {
            stale = await Tx.SessionAsync(Connect);
            late = After(gate, () => use(stale));
        });
        return (stale, late);
    }

    private async Task<UnitOfWorkEndedException> LateAsync(Func<ShopContext, Task> call)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (_, late) = await LeaveBehindAsync(gate, call);
        gate.SetResult();
        return await Assert.ThrowsExactlyAsync<UnitOfWorkEndedException>(() => late);
    }

    private static async Task After(TaskCompletionSource gate, Func<Task> use)
    {
        await gate.Task;
        await use();
    }
}

[TestClass]
public sealed class EndedUnitOnInterfaceProxyTests : EndedUnitSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class EndedUnitOnClassProxyTests : EndedUnitSpecification<ClassProxyEntry>;

[TestClass]
public sealed class EndedUnitOnCallTests : EndedUnitSpecification<CallEntry>;
