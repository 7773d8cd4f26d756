using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The outermost call decides.</summary>
public abstract class CommitSpecification<TEntry> : EntrySpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Returning_commits()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public void Returning_commits_synchronously()
    {
        Units.Required(() => Insert("tea"));

        Assert.AreEqual(1, Master.CountAsync().Result);
    }

    [TestMethod]
    public async Task Throwing_rolls_back_and_the_caller_gets_the_same_exception()
    {
        var thrown = new InvalidOperationException("no tea");

        var caught = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Nothing_is_ambient_while_the_call_is_pending_and_after_it()
    {
        var gate = new TaskCompletionSource();

        var pending = Units.RequiredAsync(async () =>
        {
            Assert.IsTrue(Tx.IsOpen);
            await gate.Task;
            await InsertAsync("tea");
        });

        Assert.IsFalse(Tx.IsOpen);
        gate.SetResult();
        await pending;
        Assert.IsFalse(Tx.IsOpen);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Inner_failure_that_is_swallowed_dooms_the_unit()
    {
        var thrown = new InvalidOperationException("no tea");

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("coffee");
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Units.RequiredAsync(() => throw thrown));
        }));

        Assert.AreSame(thrown, doomed.InnerException);
        Assert.AreEqual(NameOf("RequiredAsync"), doomed.FailedIn);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Nested_failure_undoes_the_inner_call_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                throw new InvalidOperationException();
            }));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_command_that_is_swallowed_is_not_reported_as_committed()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT nothing"));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }
}

[TestClass]
public sealed class CommitOnInterfaceProxyTests : CommitSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class CommitOnClassProxyTests : CommitSpecification<ClassProxyEntry>;

[TestClass]
public sealed class CommitOnCallTests : CommitSpecification<CallEntry>;
