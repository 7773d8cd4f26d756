using Autofac;

namespace TxAspects.Tests;

/// <summary>A sequence is one unit per enumeration.</summary>
public abstract class StreamSpecification(Action<ContainerBuilder> register) : StreamTests(register)
{
    [TestMethod]
    public async Task Early_stop_runs_the_hooks_for_a_rollback()
    {
        var ran = new List<string>();

        await foreach (var _ in Streams.RequiredAsync(Hooking))
            break;

        Assert.AreEqual("rolled back False", string.Join(", ", ran));

        IAsyncEnumerable<string> Hooking()
        {
            Tx.OnCommitted(() => ran.Add("committed"));
            Tx.OnRolledBack(() => ran.Add($"rolled back {Tx.IsOpen}"));
            return InsertingAsync(["tea"]);
        }
    }

    [TestMethod]
    public async Task Full_enumeration_commits()
    {
        var items = await Streams.RequiredAsync(() => InsertingAsync(["a", "b"])).ToListAsync();

        CollectionAssert.AreEqual(new[] { "a", "b" }, items);
        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Nothing_is_committed_before_the_end_of_the_sequence()
    {
        await foreach (var _ in Streams.RequiredAsync(() => InsertingAsync(["a", "b"])))
            Assert.AreEqual(0, await Master.CountAsync());

        Assert.AreEqual(2, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Exception_midway_rolls_back_and_reaches_the_consumer()
    {
        var thrown = new InvalidOperationException();
        var seen = new List<string>();

        var caught = await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () =>
        {
            await foreach (var item in Streams.RequiredAsync(() => InsertingAsync(["a", "b"], thrown)))
                seen.Add(item);
        });

        Assert.AreSame(thrown, caught);
        Assert.HasCount(2, seen);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Early_break_rolls_back()
    {
        await foreach (var _ in Streams.RequiredAsync(() => InsertingAsync(["a", "b"])))
            break;

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Exception_of_the_consumer_rolls_back()
    {
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () =>
        {
            await foreach (var _ in Streams.RequiredAsync(() => InsertingAsync(["a", "b"])))
                throw new InvalidOperationException();
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Early_break_runs_the_rest_of_the_producer_inside_the_unit()
    {
        ITxUnit? first = null;
        ITxUnit? last = null;

        await foreach (var _ in Streams.RequiredAsync(() =>
        {
            first = Tx.Current;
            return InsertingAsync(["a", "b"], last: () => last = Tx.Current);
        }))
            break;

        Assert.IsNotNull(first);
        Assert.AreSame(first, last);
    }

    [TestMethod]
    public async Task Failed_commit_reaches_the_consumer_at_the_last_step()
    {
        var items = new List<int>();

        await Assert.ThrowsAsync<Exception>(async () =>
        {
            await foreach (var item in Streams.RequiredAsync(ConflictingAsync))
                items.Add(item);
        });

        CollectionAssert.AreEqual(new[] { 1, 2 }, items);
        Assert.AreEqual(0, await Master.CountAsync());

        async IAsyncEnumerable<int> ConflictingAsync()
        {
            for (var number = 1; number <= 2; number++)
            {
                var db = await Tx.SessionAsync(Connect);
                db.Orders.Add(new Order { Item = $"{number}", Slot = 1 });
                await db.SaveChangesAsync();
                yield return number;
            }
        }
    }

    [TestMethod]
    public void Sequence_that_is_never_enumerated_does_nothing()
    {
        var called = false;

        _ = Streams.RequiredAsync(() =>
        {
            called = true;
            return InsertingAsync(["a"]);
        });

        Assert.IsFalse(called);
        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Enumerator_that_is_disposed_before_its_first_step_does_nothing()
    {
        var called = false;
        var sequence = Streams.RequiredAsync(() =>
        {
            called = true;
            return InsertingAsync(["a"]);
        });

        await sequence.GetAsyncEnumerator().DisposeAsync();

        Assert.IsFalse(called);
        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Enumerator_can_be_asked_again_and_disposed_twice_after_the_end()
    {
        var enumerator = Streams.RequiredAsync(() => InsertingAsync(["a"])).GetAsyncEnumerator();

        Assert.IsTrue(await enumerator.MoveNextAsync());
        Assert.IsFalse(await enumerator.MoveNextAsync());
        Assert.IsFalse(await enumerator.MoveNextAsync());
        await enumerator.DisposeAsync();
        await enumerator.DisposeAsync();

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Token_of_the_consumer_reaches_the_producer_and_its_cancellation_rolls_back()
    {
        using var source = new CancellationTokenSource();

        await Assert.ThrowsExactlyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Streams.RequiredAsync(() => InsertingAsync(["a", "b"])).WithCancellation(source.Token))
                await source.CancelAsync();
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task One_unit_is_ambient_in_every_step_of_the_producer_and_none_in_the_consumer()
    {
        var units = new List<ITxUnit?>();

        await foreach (var unit in Streams.RequiredAsync(UnitsAsync))
        {
            Assert.IsFalse(Tx.IsOpen);
            units.Add(unit);
        }

        Assert.IsFalse(Tx.IsOpen);
        Assert.HasCount(3, units);
        Assert.IsNotNull(units[0]);
        Assert.AreSame(units[0], units[1]);
        Assert.AreSame(units[0], units[2]);
    }

    [TestMethod]
    public async Task Enumerated_twice_it_is_two_units()
    {
        var sequence = Streams.RequiredAsync(UnitsAsync);

        var first = await sequence.FirstAsync();
        var second = await sequence.FirstAsync();

        Assert.IsNotNull(first);
        Assert.IsNotNull(second);
        Assert.AreNotSame(first, second);
    }

    [TestMethod]
    public async Task Two_enumerations_at_once_are_two_units_that_end_each_by_itself()
    {
        var sequence = Streams.RequiredAsync(() => InsertingAsync(["a", "b"]));

        await using (var kept = sequence.GetAsyncEnumerator())
        {
            await using (var left = sequence.GetAsyncEnumerator())
            {
                Assert.IsTrue(await kept.MoveNextAsync());
                Assert.IsTrue(await left.MoveNextAsync());
                Assert.IsTrue(await kept.MoveNextAsync());
            }

            Assert.IsFalse(await kept.MoveNextAsync());
        }

        Assert.AreEqual("a,b", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Enumerations_on_several_threads_do_not_wait_for_one_another()
    {
        using var bothInside = new Barrier(2);
        var sequence = Streams.RequiredAsync(() =>
        {
            Assert.IsTrue(bothInside.SignalAndWait(TimeSpan.FromSeconds(30), TestContext.CancellationToken));
            return UnitsAsync();
        });

        var units = await Task.WhenAll(Task.Run(FirstAsync), Task.Run(FirstAsync));

        Assert.AreNotSame(units[0], units[1]);

        async Task<ITxUnit?> FirstAsync() => await sequence.FirstAsync();
    }

    [TestMethod]
    public async Task Method_that_is_no_iterator_may_ask_for_its_session_at_once()
    {
        await Streams.RequiredAsync(() =>
        {
            Insert("eager");
            return InsertingAsync(["a"]);
        }).ToListAsync();

        Assert.AreEqual("a,eager", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Method_that_fails_before_it_returns_a_sequence_fails_at_the_first_step()
    {
        var thrown = new InvalidOperationException();
        var sequence = Streams.RequiredAsync<string>(() =>
        {
            Insert("eager");
            throw thrown;
        });

        var caught = await Assert.ThrowsExactlyAsync<InvalidOperationException>(async () => await sequence.ToListAsync());

        Assert.AreSame(thrown, caught);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Sequence_that_sets_rollback_only_gives_every_item_and_rolls_back()
    {
        var items = await Streams.RequiredAsync(() => InsertingAsync(["a"], last: () => Tx.SetRollbackOnly("a trial"))).ToListAsync();

        Assert.HasCount(1, items);
        Assert.AreEqual(0, await Master.CountAsync());
    }
}

[TestClass]
public sealed class StreamOnInterfaceProxyTests() : StreamSpecification(builder => builder.RegisterType<ProxiedStreams>().As<IStreams>());

[TestClass]
public sealed class StreamOnClassProxyTests() : StreamSpecification(
    builder => builder.RegisterType<SubclassedStreams>().EnableUnitOfWork().AsSelf().As<IStreams>());
