namespace TxAspects.Tests;

/// <summary>Blocks in blocks, for every pair of modes: no row is lost or kept against the table, and the session works on.</summary>
public abstract class NestingSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    public static IEnumerable<object[]> Pairs
        => from outer in Enum.GetValues<WhenInTransaction>() from inner in Enum.GetValues<WhenInTransaction>() select new object[] { outer,
            inner };

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public async Task Nested_blocks_keep_what_the_table_says(WhenInTransaction outer, WhenInTransaction inner)
    {
        foreach (var nesting in Nesting.Of(outer, inner))
        {
            var doomed = await EndsDoomedAsync(() => Units.RequiredAsync(() => RunAsync(nesting)));
            Assert.AreEqual(NestingModel.Run(nesting), await TakeOutcomeAsync(doomed), nesting.ToString());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public async Task Synchronous_nested_blocks_keep_what_the_table_says(WhenInTransaction outer, WhenInTransaction inner)
    {
        foreach (var nesting in Nesting.Of(outer, inner))
        {
            var doomed = EndsDoomed(() => Units.Required(() => Run(nesting)));
            Assert.AreEqual(NestingModel.Run(nesting), await TakeOutcomeAsync(doomed), nesting.ToString());
        }
    }

    private async Task RunAsync(Nesting nesting)
    {
        if (nesting.Before)
            await InsertAsync("b");

        await SwallowAsync(() => Tx.AtomicAsync(Connect, async outer =>
        {
            await SaveAsync(outer, "o");
            var inner = () => Tx.AtomicAsync(Connect, async db =>
            {
                await SaveAsync(db, "i");
                ThrowIf(nesting.Inner is not Inner.Returns);
            }, nesting.InnerMode);

            await (nesting.Inner is Inner.ThrowsAndIsSwallowed ? SwallowAsync(inner) : inner());
            await SaveAsync(outer, "p");
            ThrowIf(!nesting.OuterReturns);
        }, nesting.OuterMode));

        await InsertAsync("a");
    }

    private void Run(Nesting nesting)
    {
        if (nesting.Before)
            Insert("b");

        Swallow(() => Tx.Atomic(Connect, outer =>
        {
            Save(outer, "o");
            var inner = () => Tx.Atomic(Connect, db =>
            {
                Save(db, "i");
                ThrowIf(nesting.Inner is not Inner.Returns);
            }, nesting.InnerMode);

            if (nesting.Inner is Inner.ThrowsAndIsSwallowed)
                Swallow(inner);
            else
                inner();
            Save(outer, "p");
            ThrowIf(!nesting.OuterReturns);
        }, nesting.OuterMode));

        Insert("a");
    }

    private async Task<NestingOutcome> TakeOutcomeAsync(bool doomed)
    {
        var kept = await Master.ScalarAsync<string>("SELECT coalesce(string_agg(item, '' ORDER BY id), '') FROM orders");
        Assert.AreEqual(0, Master.ConnectionsLeased);
        await Master.ExecuteAsync("DELETE FROM orders");
        return new NestingOutcome(kept, doomed);
    }

    private static void ThrowIf(bool fails)
    {
        if (fails)
            throw new UnitFailure();
    }

    private static async Task<bool> EndsDoomedAsync(Func<Task> unit)
    {
        try
        {
            await unit();
            return false;
        }
        catch (UnitOfWorkDoomedException)
        {
            return true;
        }
    }

    private static bool EndsDoomed(Action unit)
    {
        try
        {
            unit();
            return false;
        }
        catch (UnitOfWorkDoomedException)
        {
            return true;
        }
    }

    // A block ends with its own failure, with the refusal of its mode, or with the doom that a swallowed failure left; nothing else.
    private static async Task SwallowAsync(Func<Task> block)
    {
        try
        {
            await block();
        }
        catch (Exception exception) when (exception is UnitFailure or TransactionOpenException or UnitOfWorkDoomedException)
        {
        }
    }

    private static void Swallow(Action block)
    {
        try
        {
            block();
        }
        catch (Exception exception) when (exception is UnitFailure or TransactionOpenException or UnitOfWorkDoomedException)
        {
        }
    }
}

[TestClass]
public sealed class NestingOnInterfaceProxyTests : NestingSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class NestingOnClassProxyTests : NestingSpecification<ClassProxyEntry>;

[TestClass]
public sealed class NestingOnCallTests : NestingSpecification<CallEntry>;
