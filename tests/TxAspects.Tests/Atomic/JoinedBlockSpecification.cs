using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A block that joins the open transaction commits all of it or loses all of it, and never half.</summary>
public abstract class JoinedBlockSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Join_commits_the_open_work_with_the_block()
    {
        await FailingUnitAsync(async () =>
        {
            await InsertAsync("before");
            await Tx.AtomicAsync(Connect, async db =>
            {
                await SaveAsync(db, "block");
                Assert.AreEqual(0, await Master.CountAsync());
            }, WhenInTransaction.Join);
            Assert.AreEqual("before,block", await Master.ItemsAsync());
            await InsertAsync("lost");
        });

        Assert.AreEqual("before,block", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Join_that_throws_undoes_everything_and_dooms_the_unit()
    {
        var thrown = new UnitFailure();
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.AtomicAsync(Connect, _ => throw thrown, WhenInTransaction.Join));
            Assert.AreEqual(UnitOfWorkState.Doomed, Tx.Current!.State);
            await InsertAsync("after");
        }));

        Assert.AreSame(thrown, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Join_that_throws_dooms_until_the_session_is_rolled_back()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsExactlyAsync<UnitFailure>(
                () => Tx.AtomicAsync(Connect, _ => throw new UnitFailure(), WhenInTransaction.Join));
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.CommitAsync(Connect));
            await Tx.RollbackAsync(Connect);
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Join_that_throws_inside_a_nested_call_dooms_the_unit_whose_work_it_took_along()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.NestedAsync(
                () => Tx.AtomicAsync(Connect, _ => throw new UnitFailure(), WhenInTransaction.Join)));
            await InsertAsync("after");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Cancellation_inside_a_joined_block_dooms_the_unit()
    {
        using var source = new CancellationTokenSource();
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.AtomicAsync(Connect, async db =>
            {
                await SaveAsync(db, "block");
                await source.CancelAsync();
                await db.Orders.CountAsync(source.Token);
            }, WhenInTransaction.Join, source.Token));
            await InsertAsync("after");
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Token_cancelled_before_the_flush_of_a_joined_block_dooms_the_unit()
    {
        using var source = new CancellationTokenSource();
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.AtomicAsync(Connect, async db =>
            {
                db.Orders.Add(new Order { Item = "block" });
                await source.CancelAsync();
            }, WhenInTransaction.Join, source.Token));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }
}

[TestClass]
public sealed class JoinedBlockOnInterfaceProxyTests : JoinedBlockSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class JoinedBlockOnClassProxyTests : JoinedBlockSpecification<ClassProxyEntry>;

[TestClass]
public sealed class JoinedBlockOnCallTests : JoinedBlockSpecification<CallEntry>;
