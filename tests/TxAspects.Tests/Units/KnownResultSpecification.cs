namespace TxAspects.Tests;

/// <summary>A returned <see cref="IUnitOfWorkResult"/> that means failure rolls back the unit and reaches the caller unchanged.</summary>
public abstract class KnownResultSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Failed_result_rolls_back_and_reaches_the_caller()
    {
        var result = new KnownResult(IsFailure: true);

        Assert.AreSame(result, await Units.RequiredAsync(() => InsertAndReturnAsync(result)));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Good_result_commits()
    {
        await Units.RequiredAsync(() => InsertAndReturnAsync(new KnownResult(IsFailure: false)));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_struct_result_rolls_back()
    {
        Assert.IsTrue((await Units.RequiredAsync(() => InsertAndReturnAsync(new KnownStructResult(IsFailure: true)))).IsFailure);

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_result_declared_as_object_rolls_back()
    {
        await Units.RequiredAsync(() => InsertAndReturnAsync<object>(new KnownResult(IsFailure: true)));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_result_of_a_ValueTask_rolls_back()
    {
        Assert.IsTrue((await Units.RequiredValueAsync(async () => await InsertAndReturnAsync(new KnownResult(IsFailure: true)))).IsFailure);

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_result_of_synchronous_code_rolls_back()
    {
        Assert.IsTrue(Units.Required(() => InsertAndReturn(new KnownResult(IsFailure: true))).IsFailure);

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Null_commits()
    {
        Assert.IsNull(await Units.RequiredAsync(() => InsertAndReturnAsync<KnownResult?>(null)));
        Assert.IsNull(Units.Required(() => InsertAndReturn<KnownStructResult?>(null)));

        Assert.AreEqual(2, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Task_that_fails_instead_of_returning_a_result_rolls_back()
    {
        await SwallowAsync(() => Units.RequiredAsync<KnownResult>(async () =>
        {
            await InsertAsync("tea");
            throw Failure;
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_result_of_an_inner_call_is_the_callers_to_handle()
    {
        await Units.RequiredAsync(async () =>
        {
            Assert.IsTrue((await Units.RequiredAsync(() => InsertAndReturnAsync(new KnownResult(IsFailure: true)))).IsFailure);
            Assert.AreEqual(UnitOfWorkState.Open, Tx.Current!.State);
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Inner_failed_result_that_the_outermost_call_returns_rolls_back()
    {
        await Units.RequiredAsync(() => Units.RequiredAsync(() => InsertAndReturnAsync(new KnownResult(IsFailure: true))));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_result_runs_the_hooks_for_a_rollback()
    {
        var ran = new List<string>();

        await Units.RequiredAsync(() =>
        {
            Tx.OnCommitting(() => ran.Add("committing"));
            Tx.OnCommitted(() => ran.Add("committed"));
            Tx.OnRolledBack(() => ran.Add("rolled back"));
            return InsertAndReturnAsync(new KnownResult(IsFailure: true));
        });

        CollectionAssert.AreEqual(new[] { "rolled back" }, ran);
    }

    [TestMethod]
    public async Task Good_result_of_a_doomed_unit_does_not_hide_the_doom()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await SwallowAsync(() => Units.RequiredAsync(() => throw Failure));
            return new KnownResult(IsFailure: false);
        }));

        Assert.AreSame(Failure, doomed.InnerException);
    }

    private async Task<T> InsertAndReturnAsync<T>(T result)
    {
        await InsertAsync("tea");
        return result;
    }

    private T InsertAndReturn<T>(T result)
    {
        Insert("tea");
        return result;
    }
}

[TestClass]
public sealed class KnownResultOnInterfaceProxyTests : KnownResultSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class KnownResultOnClassProxyTests : KnownResultSpecification<ClassProxyEntry>;

[TestClass]
public sealed class KnownResultOnCallTests : KnownResultSpecification<CallEntry>;
