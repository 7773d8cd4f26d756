using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>An exception that leaves an inner joined call dooms the unit at once.</summary>
public abstract class DoomSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Doomed_unit_tells_its_state_and_cause_inside()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var unit = Tx.Current!;
            Assert.AreEqual(UnitOfWorkState.Open, unit.State);
            Assert.IsNull(unit.RollbackReason);

            await SwallowAsync(() => Units.MandatoryAsync(() => throw Failure));

            Assert.AreEqual(UnitOfWorkState.Doomed, unit.State);
            Assert.AreSame(Failure, unit.DoomCause);
            StringAssert.Contains(unit.RollbackReason, NameOf("MandatoryAsync"));
        }));
    }

    [TestMethod]
    public async Task Doomed_exception_names_both_methods_and_keeps_the_cause()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(
            () => Units.RequiredAsync(() => SwallowAsync(() => Units.MandatoryAsync(() => InsertAndFailAsync("tea")))));

        Assert.AreEqual(NameOf("RequiredAsync"), doomed.UnitName);
        Assert.AreEqual(NameOf("MandatoryAsync"), doomed.FailedIn);
        StringAssert.Contains(doomed.Message, NameOf("RequiredAsync"));
        StringAssert.Contains(doomed.Message, NameOf("MandatoryAsync"));
        Assert.AreSame(Failure, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Outer_exception_wins_over_the_doom()
    {
        var thrown = new InvalidOperationException();

        var caught = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task First_of_two_inner_failures_is_kept_as_the_cause()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => throw Failure));
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(
                () => Units.RequiredAsync(() => throw new InvalidOperationException()));
        }));

        Assert.AreSame(Failure, doomed.InnerException);
    }

    [TestMethod]
    public Task Doomed_unit_refuses_to_commit_one_session() => AssertRefusesAsync(_ => Tx.CommitAsync(Connect));

    [TestMethod]
    public Task Doomed_unit_refuses_to_commit_all_sessions() => AssertRefusesAsync(_ => Tx.CommitAllAsync());

    [TestMethod]
    public Task Doomed_unit_refuses_to_commit_a_session_in_hand() => AssertRefusesAsync(db => db.CommitAsync());

    [TestMethod]
    public Task Doomed_unit_refuses_an_atomic_block()
        => AssertRefusesAsync(_ => Tx.AtomicAsync(Connect, _ => throw new InvalidOperationException("The block ran.")));

    [TestMethod]
    public Task Doomed_unit_refuses_a_synchronous_commit()
        => AssertRefusesAsync(_ =>
        {
            Tx.CommitAll();
            return Task.CompletedTask;
        });

    [TestMethod]
    public async Task Rolling_everything_back_clears_the_doom_and_later_work_commits()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("inner")));
            await Tx.RollbackAllAsync();
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
            Assert.IsNull(Tx.Current.DoomCause);
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rolling_back_one_of_two_sessions_does_not_clear_the_doom()
    {
        var archive = await CreateArchiveAsync();

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea", archive.Connect);
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));
            await Tx.RollbackAsync(Connect);
        }));

        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Exception_that_the_inner_call_commits_on_dooms_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.CommitOnApplicationExceptionAsync(async () =>
            {
                await InsertAsync("inner");
                throw new ApplicationException();
            }));
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
        });

        Assert.AreEqual("inner,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Cancelled_inner_call_dooms()
    {
        using var source = new CancellationTokenSource();

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsAsync<OperationCanceledException>(() => Units.RequiredAsync(async () =>
            {
                await source.CancelAsync();
                await Task.Delay(Timeout.Infinite, source.Token);
            }));
        }));

        Assert.IsInstanceOfType<OperationCanceledException>(doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_inner_call_dooms_an_asynchronous_unit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            Swallow(() => Units.Required(() => throw Failure));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_unit_is_doomed_by_its_inner_call()
    {
        var doomed = Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            Insert("tea");
            Swallow(() => Units.Mandatory(() => throw Failure));
            Assert.AreSame(Failure, Tx.Current!.DoomCause);
        }));

        Assert.AreSame(Failure, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_command_over_Dapper_that_is_swallowed_is_not_reported_as_committed()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var connection = await Tx.ConnectionAsync(Connect);
            await Assert.ThrowsAsync<Exception>(() => connection.ExecuteAsync("SELECT nothing"));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_save_that_is_swallowed_keeps_the_other_rows()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            var db = await Tx.SessionAsync(Connect);
            var refused = db.Orders.Add(new Order { Item = "refused", Quantity = 0 });
            await Assert.ThrowsExactlyAsync<DbUpdateException>(() => db.SaveChangesAsync());
            refused.State = EntityState.Detached;
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    private async Task AssertRefusesAsync(Func<ShopContext, Task> commit)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            await SwallowAsync(() => Units.RequiredAsync(() => throw Failure));

            var refused = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => commit(db));

            Assert.AreSame(Failure, refused.InnerException);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }
}

[TestClass]
public sealed class DoomOnInterfaceProxyTests : DoomSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class DoomOnClassProxyTests : DoomSpecification<ClassProxyEntry>;

[TestClass]
public sealed class DoomOnCallTests : DoomSpecification<CallEntry>;
