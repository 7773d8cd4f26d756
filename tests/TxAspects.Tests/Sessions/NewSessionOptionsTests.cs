using System.Data;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>The settings of a block on a session outside units.</summary>
[TestClass]
public sealed class NewSessionOptionsTests : DatabaseTests
{
    [TestMethod]
    public async Task Isolation_level_and_read_only_reach_the_server()
    {
        const string Sql =
            "SELECT current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only') AS \"Value\"";
        var options = new UnitOfWorkOptions { IsolationLevel = IsolationLevel.Serializable, ReadOnly = true };

        Assert.AreEqual("serializable on", await Tx.NewAtomicSessionAsync(
            Connect, db => db.Database.SqlQueryRaw<string>(Sql).SingleAsync(), options));
        Assert.AreEqual("serializable on", Tx.NewAtomicSession(Connect, db => db.Database.SqlQueryRaw<string>(Sql).Single(), options));
        await Assert.ThrowsExactlyAsync<ReadOnlyUnitOfWorkException>(() => Tx.NewAtomicSessionAsync(Connect, SaveAsync, options));
    }

    [TestMethod]
    public async Task Deadline_cuts_a_command_short_and_keeps_a_late_block_from_committing()
    {
        var options = new UnitOfWorkOptions { Name = "block", TimeoutSeconds = 1 };

        var cut = await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.NewAtomicSessionAsync(
            Connect, db => db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)"), options));
        Assert.ThrowsExactly<UnitOfWorkTimeoutException>(() => Tx.NewAtomicSession(
            Connect, db => db.Database.ExecuteSqlRaw("SELECT pg_sleep(60)"), options));

        Assert.AreEqual("block", cut.UnitName);
    }

    [TestMethod]
    public async Task Block_that_returns_after_its_deadline_is_not_committed()
    {
        var time = new ManualTime();
        await using var scope = Tx.Open(new TxAspectsOptions { TimeProvider = time }, new UnitOfWorkOptions());

        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            await SaveAsync(db);
            time.Advance(TimeSpan.FromSeconds(31));
        }, new UnitOfWorkOptions { TimeoutSeconds = 30 }));
        await scope.CompleteAsync();

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Listed_exception_commits_and_reaches_the_caller()
    {
        var options = new UnitOfWorkOptions { CommitOn = [typeof(ApplicationException)], RollbackOn = [typeof(OutOfStockException)] };
        var thrown = new ApplicationException();

        Assert.AreSame(thrown, await Assert.ThrowsExactlyAsync<ApplicationException>(() => Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            await SaveAsync(db);
            throw thrown;
        }, options)));
        Assert.ThrowsExactly<ApplicationException>(() => Tx.NewAtomicSession(Connect, db =>
        {
            db.Orders.Add(new Order { Item = "tea" });
            throw thrown;
        }, options));
        await Assert.ThrowsExactlyAsync<UnitFailure>(() => Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            await SaveAsync(db);
            throw new UnitFailure();
        }, options));

        Assert.AreEqual("tea,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Result_that_means_failure_rolls_back_and_reaches_the_caller()
    {
        var options = new UnitOfWorkOptions().RollbackWhen<int>(value => value < 0);

        Assert.AreEqual(-1, await Tx.NewAtomicSessionAsync(Connect, db => SaveAndReturnAsync(db, -1), options));
        Assert.AreEqual(1, await Tx.NewAtomicSessionAsync(Connect, db => SaveAndReturnAsync(db, 1), options));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Token_that_is_cancelled_on_the_way_to_the_commit_rolls_back()
    {
        using var caller = new CancellationTokenSource();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            db.Orders.Add(new Order { Item = "lost" });
            await caller.CancelAsync();
        }, cancellationToken: caller.Token));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task What_such_a_block_cannot_have_is_refused_in_words()
    {
        (UnitOfWorkOptions Options, string Word)[] impossible =
        [
            (new() { Propagation = Propagation.Nested }, "Propagation.Nested"),
            (new() { Propagation = Propagation.Outermost }, "Propagation.Outermost"),
            (new() { CommitMode = CommitMode.TwoPhase }, "CommitMode.TwoPhase"),
            (new() { MaxRetries = 1 }, "MaxRetries"),
            (new() { AdoptSettings = true }, "AdoptSettings"),
        ];

        foreach (var (options, word) in impossible)
        {
            var refused = await Assert.ThrowsExactlyAsync<ArgumentException>(() => Tx.NewAtomicSessionAsync(Connect, SaveAsync, options));
            Assert.ThrowsExactly<ArgumentException>(() => Tx.NewAtomicSession(Connect, db => Assert.Fail($"{db} was made."), options));
            StringAssert.Contains(refused.Message, word);
            StringAssert.Contains(refused.Message, "Tx.RunInNewContextAsync");
        }
    }

    private static async Task SaveAsync(ShopContext db)
    {
        db.Orders.Add(new Order { Item = "tea" });
        await db.SaveChangesAsync();
    }

    private static async Task<int> SaveAndReturnAsync(ShopContext db, int result)
    {
        await SaveAsync(db);
        return result;
    }
}
