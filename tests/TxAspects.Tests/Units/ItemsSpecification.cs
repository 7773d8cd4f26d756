using Npgsql;

namespace TxAspects.Tests;

/// <summary>What code keeps with a unit.</summary>
public abstract class ItemsSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private static readonly object Key = new();

    [TestMethod]
    public async Task Items_are_shared_by_calls_that_join_or_nest_and_by_hooks_before_the_commit()
    {
        var seen = new List<object?>();

        await Units.RequiredAsync(async () =>
        {
            Tx.Current!.Items[Key] = "outer";
            Tx.OnCommitting(() => seen.Add(Tx.Current!.Items[Key]));
            await Units.RequiredAsync(() => NoteAsync(seen));
            await Units.NestedAsync(() => NoteAsync(seen));
        });

        Assert.AreSequenceEqual(["outer", "outer", "outer"], seen);
    }

    [TestMethod]
    public Task Unit_inside_another_one_has_its_own_and_can_see_those_around()
        => Units.RequiredAsync(async () =>
        {
            Tx.Current!.Items[Key] = "outer";

            await Units.NewContextAsync(() =>
            {
                Assert.IsEmpty(Tx.Current!.Items);
                Assert.AreEqual("outer", Tx.Current.Around!.Items[Key]);
                Tx.Current.Items[Key] = "inner";
                return Task.CompletedTask;
            });

            Assert.AreEqual("outer", Tx.Current.Items[Key]);
        });

    [TestMethod]
    public async Task Next_unit_begins_without_any()
    {
        await Units.RequiredAsync(() => Keep("first"));

        await Units.RequiredAsync(() =>
        {
            Assert.IsEmpty(Tx.Current!.Items);
            return Task.CompletedTask;
        });
    }

    [TestMethod]
    public async Task Items_can_be_read_after_the_end()
    {
        ITxUnit? unit = null;
        object? inHook = null;

        await Units.RequiredAsync(async () =>
        {
            unit = Tx.Current;
            Tx.OnCommitted(() => inHook = unit!.Items[Key]);
            await Keep("kept");
            await InsertAsync("tea");
        });

        Assert.AreEqual("kept", inHook);
        Assert.AreEqual("kept", unit!.Items[Key]);
        Assert.AreEqual(UnitOfWorkState.Committed, unit.State);
    }

    [TestMethod]
    public async Task Branches_at_once_see_one_bag()
    {
        const int Branches = 16;
        using var together = new Barrier(Branches);

        await Units.RequiredAsync(async () =>
        {
            var bags = await Task.WhenAll(Enumerable.Range(0, Branches).Select(branch => Task.Factory.StartNew(() =>
            {
                together.SignalAndWait();
                var items = Tx.Current!.Items;
                items[branch] = branch;
                return items;
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.HasCount(1, bags.Distinct());
            Assert.HasCount(Branches, bags[0]);
        });
    }

    private static Task Keep(string value)
    {
        Tx.Current!.Items[Key] = value;
        return Task.CompletedTask;
    }

    private static Task NoteAsync(List<object?> seen)
    {
        seen.Add(Tx.Current!.Items[Key]);
        return Task.CompletedTask;
    }
}

[TestClass]
public sealed class ItemsOnInterfaceProxyTests : ItemsSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ItemsOnClassProxyTests : ItemsSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ItemsOnCallTests : ItemsSpecification<CallEntry>
{
    [TestMethod]
    public async Task Attempt_begins_without_those_of_the_last()
    {
        var found = new List<bool>();

        await Tx.RunAsync(
            () =>
            {
                found.Add(Tx.Current!.Items.TryAdd("seen", true));
                return found.Count == 1 ? throw new NpgsqlException("lost", new TimeoutException()) : Task.CompletedTask;
            },
            new UnitOfWorkOptions { MaxRetries = 1 });

        Assert.AreSequenceEqual([true, true], found);
    }
}
