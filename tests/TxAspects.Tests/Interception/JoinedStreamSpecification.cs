using Autofac;

namespace TxAspects.Tests;

/// <summary>A sequence inside a unit that is open already.</summary>
public abstract class JoinedStreamSpecification(Action<ContainerBuilder> register) : StreamTests(register)
{
    [TestMethod]
    public async Task Joined_sequence_runs_in_the_consumers_unit()
    {
        await Tx.RunAsync(async () =>
        {
            var outer = Tx.Current;
            await foreach (var unit in Streams.RequiredAsync(UnitsAsync))
            {
                Assert.AreSame(outer, unit);
                Assert.AreSame(outer, Tx.Current);
            }

            Assert.AreEqual(UnitOfWorkState.Open, outer!.State);
        });
    }

    [TestMethod]
    public async Task Joined_sequence_leaves_the_commit_to_the_outer_unit()
    {
        await Tx.RunAsync(async () =>
        {
            await Streams.RequiredAsync(() => InsertingAsync(["a"])).ToListAsync();
            Assert.AreEqual(0, await Master.CountAsync());
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Break_of_a_joined_sequence_does_not_doom()
    {
        await Tx.RunAsync(async () =>
        {
            await foreach (var _ in Streams.RequiredAsync(() => InsertingAsync(["a", "b"])))
                break;
        });

        Assert.AreEqual("a", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Exception_of_a_joined_sequence_dooms()
    {
        var thrown = new InvalidOperationException();

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(
                async () => await Streams.RequiredAsync(() => InsertingAsync(["a"], thrown)).ToListAsync());
        }));

        Assert.AreSame(thrown, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Exception_of_a_joined_producer_at_a_break_dooms()
    {
        var thrown = new InvalidOperationException();

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () =>
            {
                await foreach (var _ in Streams.RequiredAsync(() => InsertingAsync(["a", "b"], last: () => throw thrown)))
                    break;
            });
        }));

        Assert.AreSame(thrown, doomed.InnerException);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Request_to_roll_back_in_a_joined_sequence_dooms_after_a_break_too()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await foreach (var _ in Streams.RequiredAsync(() => InsertingAsync(["a", "b"], last: () => Tx.SetRollbackOnly("no tea"))))
                break;
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Nested_sequence_keeps_its_rows_for_the_outer_unit()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await Streams.NestedAsync(() => InsertingAsync(["a"])).ToListAsync();
        });

        Assert.AreEqual("a,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Break_of_a_nested_sequence_undoes_its_rows_alone()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await foreach (var _ in Streams.NestedAsync(() => InsertingAsync(["a", "b"])))
                break;
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Exception_of_a_nested_sequence_undoes_its_rows_alone()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<InvalidOperationException>(
                async () => await Streams.NestedAsync(() => InsertingAsync(["a"], new InvalidOperationException())).ToListAsync());
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Sequence_that_demands_a_unit_fails_at_its_first_step_where_none_is_open()
    {
        var called = false;
        var sequence = Streams.MandatoryAsync(() =>
        {
            called = true;
            return UnitsAsync();
        });

        await Assert.ThrowsExactlyAsync<NoUnitOfWorkException>(async () => await sequence.ToListAsync());
        Assert.IsFalse(called);
    }

    [TestMethod]
    public async Task Unit_that_counts_is_the_one_open_at_the_first_step_and_not_the_one_open_at_the_call()
    {
        var sequence = Tx.Run(() => Streams.RequiredAsync(UnitsAsync));

        await Tx.RunAsync(async () => Assert.AreSame(Tx.Current, await sequence.FirstAsync()));
    }

    [TestMethod]
    public async Task Sequence_without_a_unit_hides_the_one_that_is_open()
    {
        await Tx.RunAsync(async () =>
        {
            await foreach (var unit in Streams.NotSupportedAsync(UnitsAsync))
            {
                Assert.IsNull(unit);
                Assert.IsTrue(Tx.IsOpen);
            }
        });
    }
}

[TestClass]
public sealed class JoinedStreamOnInterfaceProxyTests() : JoinedStreamSpecification(
    builder => builder.RegisterType<ProxiedStreams>().As<IStreams>());

[TestClass]
public sealed class JoinedStreamOnClassProxyTests()
    : JoinedStreamSpecification(builder => builder.RegisterType<SubclassedStreams>().EnableUnitOfWork().AsSelf().As<IStreams>());
