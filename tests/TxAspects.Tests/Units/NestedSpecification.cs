using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The failure of a nested call undoes that call alone.</summary>
public abstract class NestedSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Synchronous_nested_failure_undoes_the_inner_call_alone()
    {
        Units.Required(() =>
        {
            Insert("outer");
            Swallow(() => Units.Nested(() =>
            {
                Insert("inner");
                throw Failure;
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_work_is_kept_when_the_call_returns()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NestedAsync(() => InsertAsync("inner"));
        });

        Assert.AreEqual("inner,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_work_goes_when_the_unit_fails_later()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await Units.NestedAsync(() => InsertAsync("inner"));
            throw Failure;
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failure_of_the_innermost_of_three_leaves_both_others()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NestedAsync(async () =>
            {
                await InsertAsync("middle");
                await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("inner")));
            });
        });

        Assert.AreEqual("middle,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failure_of_the_middle_of_three_undoes_the_innermost_as_well()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("middle");
                await Units.NestedAsync(() => InsertAsync("inner"));
                throw Failure;
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Cancelled_nested_call_is_undone_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                throw new OperationCanceledException();
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_first_used_inside_a_nested_call_is_undone_and_stays_usable()
    {
        await Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("inner")));
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unsaved_changes_of_the_outer_method_survive_a_nested_failure()
    {
        await Units.RequiredAsync(async () =>
        {
            await AddAsync(new Order { Item = "outer" });
            await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("inner")));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unsaved_changes_of_a_nested_call_go_with_it()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await AddAsync(new Order { Item = "inner" });
                throw Failure;
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_whose_changes_cannot_be_saved_fails_by_itself()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<DbUpdateException>(
                () => Units.NestedAsync(() => AddAsync(new Order { Item = "inner", Quantity = 0 })));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_call_whose_changes_cannot_be_saved_fails_by_itself_where_it_used_the_session_first()
    {
        await Units.RequiredAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<DbUpdateException>(
                () => Units.NestedAsync(() => AddAsync(new Order { Item = "inner", Quantity = 0 })));
            await InsertAsync("after");
        });

        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_failure_undoes_the_work_on_both_of_two_connects()
    {
        var archive = await CreateArchiveAsync();

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await InsertAsync("outer", archive.Connect);
            await SwallowAsync(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                await InsertAndFailAsync("inner", archive.Connect);
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
        Assert.AreEqual("outer", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Nested_failure_forgets_what_it_tracked()
    {
        await Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("inner")));
            Assert.IsEmpty((await Tx.SessionAsync(Connect)).ChangeTracker.Entries());
        });
    }
}

[TestClass]
public sealed class NestedOnInterfaceProxyTests : NestedSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class NestedOnClassProxyTests : NestedSpecification<ClassProxyEntry>;

[TestClass]
public sealed class NestedOnCallTests : NestedSpecification<CallEntry>;
