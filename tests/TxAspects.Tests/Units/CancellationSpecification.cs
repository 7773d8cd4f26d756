namespace TxAspects.Tests;

/// <summary>Cancellation rolls back like every exception, and arrives unchanged.</summary>
public abstract class CancellationSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Cancelled_unit_rolls_back_and_its_task_is_cancelled()
    {
        var thrown = new OperationCanceledException("no tea");

        var task = Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            throw thrown;
        });

        Assert.AreSame(thrown, await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => task));
        Assert.IsTrue(task.IsCanceled);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Cancelled_synchronous_unit_rolls_back_and_throws()
    {
        var thrown = new OperationCanceledException("no tea");

        var caught = Assert.ThrowsExactly<OperationCanceledException>(() => Units.Required(() =>
        {
            Insert("tea");
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Cancelled_command_rolls_back()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await AddAsync(new Order { Item = "coffee" });
            await (await Tx.SessionAsync(Connect)).SaveChangesAsync(new CancellationToken(canceled: true));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Token_that_is_cancelled_after_the_body_returned_does_not_stop_the_commit()
    {
        using var source = new CancellationTokenSource();

        await Units.RequiredAsync(async () =>
        {
            Tx.OnCommitting(() => source.Cancel());
            var db = await Tx.SessionAsync(Connect, source.Token);
            db.Orders.Add(new Order { Item = "tea" });
            await db.SaveChangesAsync(source.Token);
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Call_with_a_cancelled_token_does_not_run()
    {
        var ran = false;

        await Assert.ThrowsAsync<OperationCanceledException>(() => Units.RequiredAsync(() => Tx.RunAsync(
            () =>
            {
                ran = true;
                return Task.CompletedTask;
            },
            cancellationToken: new CancellationToken(canceled: true))));

        Assert.IsFalse(ran);
    }
}

[TestClass]
public sealed class CancellationOnInterfaceProxyTests : CancellationSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class CancellationOnClassProxyTests : CancellationSpecification<ClassProxyEntry>;

[TestClass]
public sealed class CancellationOnCallTests : CancellationSpecification<CallEntry>;
