namespace TxAspects.Tests;

/// <summary>CommitOn and RollbackOn: the nearest type in the hierarchy wins, and the exception still reaches the caller.</summary>
public abstract class ExceptionRuleSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public Task Listed_exception_commits() => AssertCommitsAsync(Units.CommitOnApplicationExceptionAsync, new ApplicationException());

    [TestMethod]
    public Task Exception_derived_from_a_listed_one_commits()
        => AssertCommitsAsync(Units.CommitOnApplicationExceptionAsync, new DerivedApplicationException());

    [TestMethod]
    public Task Exception_that_is_not_listed_rolls_back()
        => AssertRollsBackAsync(Units.CommitOnApplicationExceptionAsync, new InvalidOperationException());

    [TestMethod]
    public Task Base_listed_to_commit_commits() => AssertCommitsAsync(Units.CommitOnBaseAsync, new ArgumentException());

    [TestMethod]
    public Task Derived_listed_to_roll_back_wins_over_its_base()
        => AssertRollsBackAsync(Units.CommitOnBaseAsync, new ArgumentNullException());

    [TestMethod]
    public Task Sibling_of_the_derived_one_follows_the_base()
        => AssertCommitsAsync(Units.CommitOnBaseAsync, new ArgumentOutOfRangeException());

    [TestMethod]
    public Task Base_listed_to_roll_back_rolls_back() => AssertRollsBackAsync(Units.CommitOnDerivedAsync, new ArgumentException());

    [TestMethod]
    public Task Derived_listed_to_commit_wins_over_its_base()
        => AssertCommitsAsync(Units.CommitOnDerivedAsync, new ArgumentNullException());

    [TestMethod]
    public async Task Listed_exception_saves_pending_changes_before_it_commits()
    {
        await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.CommitOnApplicationExceptionAsync(async () =>
        {
            await AddAsync(new Order { Item = "tea" });
            throw new ApplicationException();
        }));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Listed_exception_runs_the_hooks_for_a_commit()
    {
        var ran = new List<string>();

        await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.CommitOnApplicationExceptionAsync(() =>
        {
            Tx.OnCommitting(() => ran.Add("committing"));
            Tx.OnCommitted(() => ran.Add("committed"));
            Tx.OnRolledBack(() => ran.Add("rolled back"));
            throw new ApplicationException();
        }));

        CollectionAssert.AreEqual(new[] { "committing", "committed" }, ran);
    }

    [TestMethod]
    public async Task Listed_exception_of_synchronous_code_commits()
    {
        var thrown = new ApplicationException();

        var caught = Assert.ThrowsExactly<ApplicationException>(() => Units.CommitOnApplicationException(() =>
        {
            Insert("tea");
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Listed_exception_does_not_commit_a_doomed_unit()
    {
        await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.CommitOnApplicationExceptionAsync(async () =>
        {
            await InsertAsync("tea");
            await SwallowAsync(() => Units.RequiredAsync(() => throw Failure));
            throw new ApplicationException();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Listed_exception_does_not_commit_what_was_to_be_rolled_back()
    {
        await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.CommitOnApplicationExceptionAsync(async () =>
        {
            await InsertAsync("tea");
            Tx.SetRollbackOnly("no tea");
            throw new ApplicationException();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Exception_listed_by_the_inner_call_alone_rolls_back_the_outermost_one()
    {
        await Assert.ThrowsExactlyAsync<ApplicationException>(
            () => Units.RequiredAsync(() => Units.MandatoryCommitOnApplicationExceptionAsync(async () =>
        {
            await InsertAsync("tea");
            throw new ApplicationException();
        })));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Exception_listed_by_both_commits()
    {
        await Assert.ThrowsExactlyAsync<ApplicationException>(
            () => Units.CommitOnApplicationExceptionAsync(() => Units.MandatoryCommitOnApplicationExceptionAsync(async () =>
            {
                await InsertAsync("tea");
                throw new ApplicationException();
            })));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Commit_that_then_fails_keeps_the_original_exception()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");
        var thrown = new ApplicationException();

        var caught = await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.CommitOnApplicationExceptionAsync(async () =>
        {
            await AddAsync(new Order { Item = "second", Slot = 1 });
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual("first", await Master.ItemsAsync());
    }

    private Task AssertCommitsAsync<TException>(Func<Func<Task>, Task> call, TException thrown)
        where TException : Exception
        => AssertItemsAsync("tea", call, thrown);

    private Task AssertRollsBackAsync<TException>(Func<Func<Task>, Task> call, TException thrown)
        where TException : Exception
        => AssertItemsAsync("", call, thrown);

    private async Task AssertItemsAsync<TException>(string expected, Func<Func<Task>, Task> call, TException thrown)
        where TException : Exception
    {
        var caught = await Assert.ThrowsExactlyAsync<TException>(() => call(async () =>
        {
            await InsertAsync("tea");
            throw thrown;
        }));

        Assert.AreSame(thrown, caught);
        Assert.AreEqual(expected, await Master.ItemsAsync());
    }

    private sealed class DerivedApplicationException : ApplicationException;
}

[TestClass]
public sealed class ExceptionRuleOnInterfaceProxyTests : ExceptionRuleSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ExceptionRuleOnClassProxyTests : ExceptionRuleSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ExceptionRuleOnCallTests : ExceptionRuleSpecification<CallEntry>;
