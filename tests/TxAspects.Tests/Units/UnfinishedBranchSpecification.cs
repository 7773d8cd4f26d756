using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A unit that ends while a branch of it is still at work neither hangs nor keeps half of the work.</summary>
public abstract class UnfinishedBranchSpecification<TEntry> : EntrySpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Failing_unit_stops_the_command_of_a_branch_and_its_exception_arrives()
    {
        var thrown = new InvalidOperationException();
        Task? branch = null;

        var caught = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            branch = SleepAsync();
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        await Assert.ThrowsAsync<Exception>(() => branch!);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Returning_unit_refuses_to_commit_around_the_command_of_a_branch()
    {
        Task? branch = null;

        var refused = await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            branch = SleepAsync();
        }));

        Assert.AreEqual("master", refused.ConnectName);
        await Assert.ThrowsAsync<Exception>(() => branch!);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_unit_stops_the_command_of_a_branch()
    {
        Task? branch = null;

        Assert.ThrowsExactly<InvalidOperationException>(() => Units.Required(() =>
        {
            Insert("tea");
            branch = SleepAsync();
            throw new InvalidOperationException();
        }));

        await Assert.ThrowsAsync<Exception>(() => branch!);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Reader_that_was_left_open_is_closed_and_nothing_is_committed()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) SELECT 'old', 1 FROM generate_series(1, 1000)");
        IAsyncEnumerator<Order>? left = null;

        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            left = (await Tx.SessionAsync(Connect)).Orders.AsNoTracking().AsAsyncEnumerable().GetAsyncEnumerator();
            await left.MoveNextAsync();
        }));

        Assert.AreEqual(1000, await Master.CountAsync());
        await left!.DisposeAsync();
    }

    [TestMethod]
    public async Task Early_commit_is_refused_while_rows_are_read()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) SELECT 'old', 1 FROM generate_series(1, 10)");

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await foreach (var order in db.Orders.AsAsyncEnumerable())
            {
                Assert.AreEqual("old", order.Item);
                await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Tx.CommitAsync(Connect));
            }

            await Tx.CommitAsync(Connect);
        });
    }

    private async Task SleepAsync() => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)");
}

[TestClass]
public sealed class UnfinishedBranchOnInterfaceProxyTests : UnfinishedBranchSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class UnfinishedBranchOnClassProxyTests : UnfinishedBranchSpecification<ClassProxyEntry>;

[TestClass]
public sealed class UnfinishedBranchOnCallTests : UnfinishedBranchSpecification<CallEntry>;
