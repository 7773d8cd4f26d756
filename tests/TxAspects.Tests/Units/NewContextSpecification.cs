namespace TxAspects.Tests;

/// <summary>A new context ends by itself, whatever becomes of the unit around it.</summary>
public abstract class NewContextSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task New_context_survives_the_failure_of_the_unit_around_it()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NewContextAsync(() => InsertAsync("own"));
            throw Failure;
        }));

        Assert.AreEqual("own", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_is_durable_when_it_returns()
    {
        await Units.RequiredAsync(async () =>
        {
            await Units.NewContextAsync(() => InsertAsync("own"));
            Assert.AreEqual("own", await Master.ItemsAsync());
        });
    }

    [TestMethod]
    public async Task Unit_survives_the_failure_of_a_new_context_inside_it()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Units.NewContextAsync(() => InsertAndFailAsync("own")));
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failure_of_a_new_context_that_nobody_catches_rolls_back_both()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Units.NewContextAsync(() => InsertAndFailAsync("own"));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task New_context_has_a_session_of_its_own_and_the_outer_one_is_found_again()
        => await Units.RequiredAsync(async () =>
        {
            var outer = await Tx.SessionAsync(Connect);
            await Units.NewContextAsync(async () => Assert.AreNotSame(outer, await Tx.SessionAsync(Connect)));
            Assert.AreSame(outer, await Tx.SessionAsync(Connect));
        });

    [TestMethod]
    public async Task Middle_of_three_levels_fails_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("1");
            await SwallowAsync(() => Units.NewContextAsync(async () =>
            {
                await InsertAsync("2");
                await Units.NewContextAsync(() => InsertAsync("3"));
                throw Failure;
            }));
        });

        Assert.AreEqual("1,3", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_new_context_survives_the_failure_of_the_unit_around_it()
    {
        Swallow(() => Units.Required(() =>
        {
            Insert("outer");
            Units.NewContext(() => Insert("own"));
            throw Failure;
        }));

        Assert.AreEqual("own", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Parallel_branches_end_by_themselves_and_the_joined_one_with_the_unit()
    {
        await Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Task.WhenAll(
                Units.RequiredAsync(() => InsertAsync("joined")),
                Units.NewContextAsync(() => InsertAsync("1")),
                Units.NewContextAsync(() => InsertAsync("2")),
                Units.NewContextAsync(() => InsertAndFailAsync("failed")),
                Tx.NewAtomicSessionAsync(Connect, db =>
                {
                    db.Orders.Add(new Order { Item = "atomic" });
                    return Task.CompletedTask;
                })));
            Assert.AreEqual("1,2,atomic", await Master.ItemsAsync());
        });

        Assert.AreEqual("1,2,atomic,joined", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Parallel_branches_stay_when_the_unit_fails_and_the_joined_one_goes()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await Task.WhenAll(
                Units.RequiredAsync(() => InsertAsync("joined")),
                Units.NewContextAsync(() => InsertAsync("1")),
                Units.NewContextAsync(() => InsertAsync("2")),
                Units.NewContextAsync(() => InsertAsync("3")));
            throw Failure;
        }));

        Assert.AreEqual("1,2,3", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failing_atomic_session_leaves_the_unit_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await SwallowAsync(() => Tx.NewAtomicSessionAsync(Connect, async db =>
            {
                db.Orders.Add(new Order { Item = "atomic" });
                await db.SaveChangesAsync();
                throw Failure;
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }
}

[TestClass]
public sealed class NewContextOnInterfaceProxyTests : NewContextSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class NewContextOnClassProxyTests : NewContextSpecification<ClassProxyEntry>;

[TestClass]
public sealed class NewContextOnCallTests : NewContextSpecification<CallEntry>;
