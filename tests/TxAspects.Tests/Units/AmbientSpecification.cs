using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>What is ambient is restored exactly, and what is thrown arrives as it was thrown.</summary>
public abstract class AmbientSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Nothing_is_ambient_after_an_asynchronous_throw()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await Task.Yield();
            throw Failure;
        }));

        Assert.IsFalse(Tx.IsOpen);
    }

    [TestMethod]
    public async Task Nothing_is_ambient_after_a_throw_before_the_first_await()
    {
        var pending = Units.RequiredAsync(() => throw Failure);

        Assert.IsFalse(Tx.IsOpen);
        await SwallowAsync(() => pending);
        Assert.IsFalse(Tx.IsOpen);
    }

    [TestMethod]
    public void Nothing_is_ambient_after_a_synchronous_throw()
    {
        Swallow(() => Units.Required(() => throw Failure));

        Assert.IsFalse(Tx.IsOpen);
    }

    [TestMethod]
    public async Task Outer_unit_is_ambient_again_after_every_kind_of_inner_call_that_threw()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var unit = Tx.Current;
            foreach (var call in new Func<Func<Task>,
                Task>[] { Units.NewContextAsync, Units.NestedAsync, Units.NotSupportedAsync, Units.MandatoryAsync })
            {
                await SwallowAsync(() => call(() => throw Failure));
                Assert.AreSame(unit, Tx.Current);
            }
        }));
    }

    [TestMethod]
    public async Task Outer_unit_is_ambient_while_a_new_context_is_pending()
    {
        await Units.RequiredAsync(async () =>
        {
            var unit = Tx.Current;
            var gate = new TaskCompletionSource();
            var pending = Units.NewContextAsync(() => gate.Task);
            Assert.AreSame(unit, Tx.Current);
            gate.SetResult();
            await pending;
        });
    }

    [TestMethod]
    public async Task Unit_flows_into_child_tasks()
    {
        await Units.RequiredAsync(async () =>
        {
            var unit = Tx.Current;
            Assert.AreSame(unit, await Task.Run(() => Tx.Current));
        });
    }

    [TestMethod]
    public async Task Exception_keeps_its_stack()
    {
        var caught = await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));

        StringAssert.Contains(caught.StackTrace, nameof(InsertAndFailAsync));
    }

    [TestMethod]
    public async Task Units_have_different_ids()
    {
        var ids = new List<long>();
        await Units.RequiredAsync(async () =>
        {
            ids.Add(Tx.Current!.Id);
            await Units.NewContextAsync(() =>
            {
                ids.Add(Tx.Current!.Id);
                return Task.CompletedTask;
            });
        });
        Units.Required(() => ids.Add(Tx.Current!.Id));

        Assert.HasCount(3, ids.Distinct());
    }

    [TestMethod]
    public async Task Failed_command_dooms_at_once_and_names_the_connect()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            var thrown = await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT nothing"));
            Assert.AreEqual(UnitOfWorkState.Doomed, Tx.Current!.State);
            Assert.AreSame(thrown, Tx.Current.DoomCause);
            StringAssert.Contains(Tx.Current.RollbackReason, Connect.Name);
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.CommitAllAsync());
        }));
    }

    [TestMethod]
    public async Task Failed_command_inside_a_savepoint_block_dooms_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsAsync<Exception>(() => Tx.AtomicAsync(
                Connect, db => db.Database.ExecuteSqlRawAsync("SELECT nothing"), WhenInTransaction.Savepoint));
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task What_was_committed_early_stays_when_the_unit_is_doomed_later()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await Tx.CommitAllAsync();
            await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("undone")));
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }
}

[TestClass]
public sealed class AmbientOnInterfaceProxyTests : AmbientSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class AmbientOnClassProxyTests : AmbientSpecification<ClassProxyEntry>;

[TestClass]
public sealed class AmbientOnCallTests : AmbientSpecification<CallEntry>;
