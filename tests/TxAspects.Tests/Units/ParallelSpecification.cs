namespace TxAspects.Tests;

/// <summary>Units of parallel flows do not see each other.</summary>
public abstract class ParallelSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Hundred_units_over_one_connect_all_commit()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Units.RequiredAsync(() => InsertAsync($"{number}"))));

        Assert.AreEqual(100, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Every_parallel_flow_sees_its_own_unit_alone()
    {
        using var meet = new Barrier(4);

        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => Units.Required(() =>
            {
                var id = Tx.Current!.Id;
                meet.SignalAndWait();
                Assert.AreEqual(id, Tx.Current!.Id);
                return id;
            }),
            TaskCreationOptions.LongRunning)));

        Assert.HasCount(4, ids.Distinct());
    }

    [TestMethod]
    public async Task Unit_is_not_open_in_a_flow_that_was_started_before_it()
    {
        var opened = new TaskCompletionSource();
        var looked = new TaskCompletionSource();
        var other = LookAsync();

        await Units.RequiredAsync(async () =>
        {
            Assert.IsTrue(Tx.IsOpen);
            opened.SetResult();
            await looked.Task;
        });

        Assert.IsFalse(await other);

        async Task<bool> LookAsync()
        {
            await opened.Task;
            var open = Tx.IsOpen;
            looked.SetResult();
            return open;
        }
    }

    [TestMethod]
    public async Task Failing_units_do_not_disturb_those_beside_them()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            try
            {
                await Units.RequiredAsync(() => number % 2 == 0 ? InsertAsync("even") : InsertAndFailAsync("odd"));
                return true;
            }
            catch (OutOfStockException)
            {
                return false;
            }
        }));

        Assert.AreEqual(10, results.Count(committed => committed));
        Assert.AreEqual(10, await Master.CountAsync("even"));
        Assert.AreEqual(0, await Master.CountAsync("odd"));
    }
}

[TestClass]
public sealed class ParallelOnInterfaceProxyTests : ParallelSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ParallelOnClassProxyTests : ParallelSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ParallelOnCallTests : ParallelSpecification<CallEntry>;
