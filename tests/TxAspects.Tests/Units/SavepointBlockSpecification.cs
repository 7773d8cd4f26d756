namespace TxAspects.Tests;

/// <summary>A savepoint block is a way to survive the failure of an inner call that joined the unit.</summary>
public abstract class SavepointBlockSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Inner_failure_that_leaves_the_block_is_undone_with_it()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => RunBlockAsync(() => Units.MandatoryAsync(() => InsertAndFailAsync("inner"))));
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Inner_failure_that_the_block_swallows_makes_the_block_throw_doomed()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(
                () => RunBlockAsync(() => SwallowAsync(() => Units.MandatoryAsync(() => InsertAndFailAsync("inner")))));
            Assert.AreSame(Failure, doomed.InnerException);
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Inner_failure_that_also_wrote_elsewhere_dooms_because_that_is_not_undone()
    {
        var archive = await CreateArchiveAsync();

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => RunBlockAsync(() => Units.MandatoryAsync(() => InsertAndFailAsync("inner", archive.Connect))));
        }));

        Assert.AreSame(Failure, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Failure_of_the_block_itself_leaves_another_connect_alone()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => RunBlockAsync(() => InsertAndFailAsync("kept", archive.Connect)));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
        Assert.AreEqual("kept", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Block_inside_a_nested_call_is_undone_with_that_call()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await RunBlockAsync(() => InsertAsync("block"));
                throw Failure;
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_inside_a_block_fails_alone()
    {
        await Units.RequiredAsync(() => RunBlockAsync(async () =>
        {
            await InsertAsync("block");
            await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("nested")));
        }));

        Assert.AreEqual("block", await Master.ItemsAsync());
    }

    private Task RunBlockAsync(Func<Task> body) => Tx.AtomicAsync(Connect, _ => body(), WhenInTransaction.Savepoint);
}

[TestClass]
public sealed class SavepointBlockOnInterfaceProxyTests : SavepointBlockSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SavepointBlockOnClassProxyTests : SavepointBlockSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SavepointBlockOnCallTests : SavepointBlockSpecification<CallEntry>;
