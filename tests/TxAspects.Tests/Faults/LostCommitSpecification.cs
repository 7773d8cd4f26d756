using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// The connection is lost between COMMIT and its answer: nobody knows, nobody retries, and the user's own commit is told the same.
/// </summary>
public abstract class LostCommitSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(Fault.RequestLost, 0)]
    [DataRow(Fault.ReplyLost, 1)]
    [DataRow(Fault.ReplyLostByReset, 1)]
    public async Task Outcome_is_unknown_and_nothing_is_repeated(Fault fault, int kept)
    {
        await using var proxy = FaultProxy.AtCommit(Master, fault);
        await using var connect = proxy.Connect(Master);

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(
            () => Units.RetryingAsync(() => WriteAsync("tea", connect)));

        Assert.IsInstanceOfType<NpgsqlException>(unknown.InnerException);
        Assert.IsFalse(unknown.WasCutShort);
        Assert.AreEqual(NameOf("RetryingAsync"), unknown.UnitName);
        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, Unit!.State);
        Assert.AreEqual(1, Attempts);
        Assert.AreEqual(kept, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Synchronous_units_learn_it_too()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);

        Assert.ThrowsExactly<CommitOutcomeUnknownException>(() => Units.Required(() =>
        {
            Tx.Session(connect).Orders.Add(new Order { Item = "tea" });
        }));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Users_own_commit_learns_it_too()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);

        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await InsertAsync("tea", connect);
            await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => transaction.CommitAsync());
        });

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Early_commit_that_is_swallowed_and_undone_is_not_repeated_by_a_later_retry()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);

        await Assert.ThrowsAsync<Exception>(() => Units.RetryingAsync(async () =>
        {
            await WriteAsync("tea", connect);
            await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => Tx.CommitAsync(connect));
            await Tx.RollbackAsync(connect);
            throw new NpgsqlException("transient", new TimeoutException());
        }));

        Assert.AreEqual(1, Attempts);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Early_commit_that_is_lost_ends_the_unit_with_an_unknown_outcome_and_no_hook_runs()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);
        var ran = 0;

        await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea", connect);
            Tx.OnCommitted(() => ran++);
            Tx.OnRolledBack(() => ran++);
            await Tx.CommitAsync(connect);
        }));

        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, Unit!.State);
        Assert.AreEqual(0, ran);
    }

    [TestMethod]
    public async Task Hooks_of_an_early_commit_that_is_lost_and_swallowed_never_run()
    {
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);
        var ran = new List<string>();

        await Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea", connect);
            Tx.OnCommitted(() => ran.Add("in doubt"));
            Tx.OnRolledBack(() => ran.Add("in doubt"));
            await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => Tx.CommitAsync(connect));
            await Tx.RollbackAsync(connect);
            Tx.OnCommitted(() => ran.Add("later"));
        });

        Assert.AreEqual("later", string.Join(",", ran));
    }

    [TestMethod]
    [DataRow(Fault.ReplyLost)]
    [DataRow(Fault.None)]
    public async Task Users_own_commit_is_not_repeated_by_a_later_retry(Fault fault)
    {
        await using var proxy = FaultProxy.AtCommit(Master, fault);
        await using var connect = proxy.Connect(Master);

        await Assert.ThrowsAsync<NpgsqlException>(() => Units.RetryingAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            await using (var transaction = await db.Database.BeginTransactionAsync())
            {
                await WriteAsync("tea", connect);
                try
                {
                    await transaction.CommitAsync();
                }
                catch (CommitOutcomeUnknownException)
                {
                }
            }

            throw new NpgsqlException("transient", new TimeoutException());
        }));

        Assert.AreEqual(1, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Second_of_two_commits_makes_it_partial_and_unknown()
    {
        var archive = await CreateArchiveAsync();
        await using var proxy = FaultProxy.AtCommit(archive, Fault.ReplyLost);
        await using var connect = proxy.Connect(archive, "archive");

        var partial = await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RetryingAsync(async () =>
        {
            await WriteAsync("tea");
            await InsertAsync("tea", connect);
        }));

        Assert.IsInstanceOfType<CommitOutcomeUnknownException>(partial.InnerException);
        Assert.IsTrue(partial.IsOutcomeUnknown);
        Assert.Contains("the outcome in 'archive' is unknown", partial.Message);
        Assert.AreEqual(UnitOfWorkState.PartlyCommitted, Unit!.State);
        Assert.AreEqual(1, Attempts);
        Assert.AreEqual(1, await archive.CountAsync());
    }

    [TestMethod]
    public async Task First_of_two_commits_says_that_the_second_was_rolled_back()
    {
        var archive = await CreateArchiveAsync();
        await using var proxy = FaultProxy.AtCommit(Master, Fault.ReplyLost);
        await using var connect = proxy.Connect(Master);

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea", connect);
            await InsertAsync("tea", archive.Connect);
        }));

        CollectionAssert.AreEqual(new[] { "archive" }, unknown.RolledBack.ToArray());
        Assert.Contains("were rolled back: 'archive'", unknown.Message);
        Assert.AreEqual(1, await Master.CountAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }
}

[TestClass]
public sealed class LostCommitOnInterfaceProxyTests : LostCommitSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LostCommitOnClassProxyTests : LostCommitSpecification<ClassProxyEntry>;

[TestClass]
public sealed class LostCommitOnCallTests : LostCommitSpecification<CallEntry>;
