namespace TxAspects.Tests;

/// <summary>AllowEarlyCompletion = false reserves commit, rollback and close to the method that opened the unit.</summary>
public abstract class ReservedCompletionSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public Task Inner_commit_is_refused() => AssertRefusedAsync("Tx.CommitAsync", _ => Tx.CommitAsync(Connect));

    [TestMethod]
    public Task Inner_commit_of_all_is_refused() => AssertRefusedAsync("Tx.CommitAllAsync", _ => Tx.CommitAllAsync());

    [TestMethod]
    public Task Inner_rollback_is_refused() => AssertRefusedAsync("Tx.RollbackAsync", _ => Tx.RollbackAsync(Connect));

    [TestMethod]
    public Task Inner_rollback_of_all_is_refused() => AssertRefusedAsync("Tx.RollbackAllAsync", _ => Tx.RollbackAllAsync());

    [TestMethod]
    public Task Inner_close_is_refused() => AssertRefusedAsync("Tx.CloseAsync", _ => Tx.CloseAsync(Connect));

    [TestMethod]
    public Task Inner_close_of_all_is_refused() => AssertRefusedAsync("Tx.CloseAllAsync", _ => Tx.CloseAllAsync());

    [TestMethod]
    public Task Inner_commit_of_a_session_in_hand_is_refused() => AssertRefusedAsync("db.CommitAsync", db => db.CommitAsync());

    [TestMethod]
    public Task Inner_rollback_of_a_session_in_hand_is_refused() => AssertRefusedAsync("db.RollbackAsync", db => db.RollbackAsync());

    [TestMethod]
    public Task Inner_atomic_block_is_refused()
        => AssertRefusedAsync("Tx.AtomicAsync", _ => Tx.AtomicAsync(Connect, _ => throw new InvalidOperationException("The block ran.")));

    [TestMethod]
    public Task Inner_synchronous_commit_is_refused()
        => AssertRefusedAsync("Tx.Commit", _ =>
        {
            Tx.Commit(Connect);
            return Task.CompletedTask;
        });

    [TestMethod]
    public async Task Inner_savepoint_block_is_allowed()
    {
        await Units.ReservedAsync(() => Units.RequiredAsync(
            () => Tx.AtomicAsync(Connect, _ => InsertAsync("tea"), WhenInTransaction.Savepoint)));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public Task Nested_call_is_an_inner_call_as_well()
        => Units.ReservedAsync(() => Units.NestedAsync(
            () => Assert.ThrowsExactlyAsync<EarlyCompletionException>(() => Tx.CommitAllAsync())));

    [TestMethod]
    public async Task Method_that_opened_the_unit_may_complete_early()
    {
        await SwallowAsync(() => Units.ReservedAsync(async () =>
        {
            await InsertAsync("kept");
            await Tx.CommitAsync(Connect);
            await InsertAsync("undone");
            await Tx.RollbackAsync(Connect);
            await Tx.CloseAllAsync();
            throw Failure;
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Method_that_opened_the_unit_may_complete_early_after_an_inner_call()
    {
        await SwallowAsync(() => Units.ReservedAsync(async () =>
        {
            await Units.RequiredAsync(() => InsertAsync("kept"));
            await Tx.CommitAllAsync();
            throw Failure;
        }));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_inside_may_complete_early()
    {
        await SwallowAsync(() => Units.ReservedAsync(() => Units.NewContextAsync(async () =>
        {
            await InsertAsync("kept");
            await Tx.CommitAllAsync();
            throw Failure;
        })));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Inner_calls_may_complete_early_by_default()
    {
        await SwallowAsync(() => Units.RequiredAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("kept");
            await Tx.CommitAllAsync();
            throw Failure;
        })));

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    private async Task AssertRefusedAsync(string operation, Func<ShopContext, Task> complete)
    {
        await Units.ReservedAsync(async () =>
        {
            await InsertAsync("tea");
            await Units.RequiredAsync(async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                var refused = await Assert.ThrowsExactlyAsync<EarlyCompletionException>(() => complete(db));
                Assert.AreEqual(operation, refused.Operation);
                Assert.AreEqual(NameOf("ReservedAsync"), refused.UnitName);
            });
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }
}

[TestClass]
public sealed class ReservedCompletionOnInterfaceProxyTests : ReservedCompletionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ReservedCompletionOnClassProxyTests : ReservedCompletionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ReservedCompletionOnCallTests : ReservedCompletionSpecification<CallEntry>;
