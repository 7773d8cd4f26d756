using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>No hook is dropped without a word, and none can end or await what waits for it.</summary>
public abstract class HookPlaceSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow("OnCommitting")]
    [DataRow("OnCommitted")]
    [DataRow("OnRolledBack")]
    public async Task Hook_added_by_a_task_that_outlived_the_unit_is_refused(string moment)
    {
        var ended = new TaskCompletionSource();
        Task<Exception>? late = null;
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            late = Task.Run(async () =>
            {
                await ended.Task;
                return Assert.ThrowsExactly<UnitOfWorkEndedException>(() => Add(moment)) as Exception;
            });
        });
        ended.SetResult();

        StringAssert.Contains((await late!).Message, NameOf("RequiredAsync"));
    }

    [TestMethod]
    [DataRow("OnCommitting")]
    [DataRow("OnCommitted")]
    [DataRow("OnRolledBack")]
    public async Task Hook_added_by_a_task_that_a_hook_left_behind_is_refused(string moment)
    {
        var ended = new TaskCompletionSource();
        Task<UnitOfWorkEndedException>? late = null;
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitted(() =>
            {
                late = Task.Run(async () =>
                {
                    await ended.Task;
                    return Assert.ThrowsExactly<UnitOfWorkEndedException>(() => Add(moment));
                });
            });
        });
        ended.SetResult();

        var refused = await late!;
        StringAssert.Contains(refused.Message, NameOf("RequiredAsync"));
        StringAssert.Contains(refused.Message, "would never run");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Hook_of_a_moment_that_has_passed_is_refused(bool commits)
    {
        var refused = new List<string>();
        var ran = 0;
        Task unit = Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitted(() => AddAll("OnCommitted"));
            Tx.OnRolledBack(() => AddAll("OnRolledBack"));
            if (!commits)
                throw new UnitFailure();
        });
        if (commits)
            await unit;
        else
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => unit);

        var own = commits ? "OnCommitted" : "OnRolledBack";
        Assert.AreEqual(string.Join(",", new[] { "OnCommitting", "OnCommitted", "OnRolledBack" }.Where(moment => moment != own)),
            string.Join(",", refused));
        Assert.AreEqual(1, ran);

        void AddAll(string here)
        {
            foreach (var moment in new[] { "OnCommitting", "OnCommitted", "OnRolledBack" })
            {
                if (moment == here)
                    Add(moment, () => ran++);
                else
                    StringAssert.Contains(Refuse(moment).Message, "would never run");
            }
        }

        UnitOfWorkEndedException Refuse(string moment)
        {
            refused.Add(moment);
            return Assert.ThrowsExactly<UnitOfWorkEndedException>(() => Add(moment));
        }
    }

    [TestMethod]
    public void Hook_without_a_unit_is_refused()
    {
        foreach (var moment in new[] { "OnCommitting", "OnCommitted", "OnRolledBack" })
            Assert.ThrowsExactly<NoUnitOfWorkException>(() => Add(moment));
    }

    [TestMethod]
    [DataRow("Commit")]
    [DataRow("CommitAll")]
    [DataRow("Rollback")]
    [DataRow("RollbackAll")]
    [DataRow("Close")]
    [DataRow("CloseAll")]
    [DataRow("EfCommit")]
    [DataRow("EfRollback")]
    [DataRow("Block")]
    public async Task Hook_before_the_commit_may_not_end_its_own_unit(string end)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitting(async () => await Assert.ThrowsExactlyAsync<EarlyCompletionException>(() => EndAsync(end)));
            Tx.OnCommitting(() => { Assert.ThrowsExactly<EarlyCompletionException>(() => End(end)); });
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("Commit")]
    [DataRow("RollbackAll")]
    [DataRow("Close")]
    [DataRow("EfCommit")]
    public async Task Call_that_joins_in_a_hook_may_not_end_the_unit_either(string end)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitting(() =>
                Units.RequiredAsync(async () => await Assert.ThrowsExactlyAsync<EarlyCompletionException>(() => EndAsync(end))));
            Tx.OnCommitting(() => Units.Required(() => { Assert.ThrowsExactly<EarlyCompletionException>(() => End(end)); }));
            Tx.OnCommitting(() =>
                Units.NestedAsync(async () => await Assert.ThrowsExactlyAsync<EarlyCompletionException>(() => EndAsync(end))));
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("Commit")]
    [DataRow("RollbackAll")]
    [DataRow("Close")]
    [DataRow("Block")]
    public async Task Hook_before_an_early_commit_may_not_end_its_own_unit_either(string end)
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitting(async () => await Assert.ThrowsExactlyAsync<EarlyCompletionException>(() => EndAsync(end)));
            await Tx.CommitAsync(Connect);
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow("Commit")]
    [DataRow("CommitAll")]
    [DataRow("Rollback")]
    [DataRow("CloseAll")]
    public async Task Hook_after_the_end_has_no_unit_to_end(string end)
    {
        var refused = 0;
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitted(async () =>
            {
                await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(() => EndAsync(end));
                refused++;
            });
        });

        Assert.AreEqual(1, refused);
    }

    [TestMethod]
    public async Task Hook_may_do_work_of_its_own_in_another_unit()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.OnCommitting(() => Units.NewContextAsync(async () =>
            {
                await InsertAsync("own");
                await Tx.CommitAsync(Connect);
            }));
            Tx.OnCommitted(() => Units.RequiredAsync(() => InsertAsync("after")));
        });

        Assert.AreEqual("after,own,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Hook_may_not_complete_the_scope_that_waits_for_it()
    {
        await using (var scope = Tx.Open())
        {
            await InsertAsync("tea");
            Tx.OnCommitting(async () => await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => scope.CompleteAsync().AsTask()));
            Tx.OnCommitting(() => { Assert.ThrowsExactly<InvalidOperationException>(scope.Complete); });
            await scope.CompleteAsync();
        }

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Observer_that_opens_units_is_called_for_the_others_alone(bool async)
    {
        var seen = new List<string>();
        IUnits? units = null;
        units = ConfiguredUnits.Create<TEntry>(new TxAspectsOptions
        {
            OnEnded = outcome =>
            {
                lock (seen)
                    seen.Add(outcome.State.ToString());
                if (seen.Count < 50)
                    units!.NewContext(() => Insert("audit"));
            },
        });

        if (async)
            await units.RequiredAsync(() => InsertAsync("tea"));
        else
            units.Required(() => Insert("tea"));

        Assert.AreEqual("Committed", string.Join(",", seen));
        Assert.AreEqual("audit,tea", await Master.ItemsAsync());
    }

    private static void Add(string moment, Action? hook = null)
    {
        hook ??= () => { };
        switch (moment)
        {
            case "OnCommitting":
                Tx.OnCommitting(hook);
                break;
            case "OnCommitted":
                Tx.OnCommitted(hook);
                break;
            default:
                Tx.OnRolledBack(hook);
                break;
        }
    }

    private async Task EndAsync(string end)
    {
        switch (end)
        {
            case "Commit":
                await Tx.CommitAsync(Connect);
                break;
            case "CommitAll":
                await Tx.CommitAllAsync();
                break;
            case "Rollback":
                await Tx.RollbackAsync(Connect);
                break;
            case "RollbackAll":
                await Tx.RollbackAllAsync();
                break;
            case "Close":
                await Tx.CloseAsync(Connect);
                break;
            case "CloseAll":
                await Tx.CloseAllAsync();
                break;
            case "EfCommit":
                await (await Tx.SessionAsync(Connect)).Database.CommitTransactionAsync();
                break;
            case "EfRollback":
                await (await Tx.SessionAsync(Connect)).Database.RollbackTransactionAsync();
                break;
            default:
                await Tx.AtomicAsync(Connect, _ => Task.CompletedTask);
                break;
        }
    }

    private void End(string end)
    {
        switch (end)
        {
            case "Commit":
                Tx.Commit(Connect);
                break;
            case "CommitAll":
                Tx.CommitAll();
                break;
            case "Rollback":
                Tx.Rollback(Connect);
                break;
            case "RollbackAll":
                Tx.RollbackAll();
                break;
            case "Close":
                Tx.Close(Connect);
                break;
            case "CloseAll":
                Tx.CloseAll();
                break;
            case "EfCommit":
                Tx.Session(Connect).Database.CommitTransaction();
                break;
            case "EfRollback":
                Tx.Session(Connect).Database.RollbackTransaction();
                break;
            default:
                Tx.Atomic(Connect, _ => { });
                break;
        }
    }
}

[TestClass]
public sealed class HookPlaceOnInterfaceProxyTests : HookPlaceSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class HookPlaceOnClassProxyTests : HookPlaceSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class HookPlaceOnCallTests : HookPlaceSpecification<CallEntry>
{
    [TestCleanup]
    public void Unconfigure() => Tx.Configure(new TxAspectsOptions());
}
