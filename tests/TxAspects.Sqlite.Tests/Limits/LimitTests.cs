using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TxAspects.Sqlite;

namespace TxAspects.Tests;

/// <summary>What else is different from a server: commits in two phases, positions, cancellations, readers, openings, files.</summary>
[TestClass]
public sealed class LimitTests : DatabaseTests
{
    [TestMethod]
    public async Task Commit_in_two_phases_is_refused_in_words_and_nothing_is_kept()
    {
        var archive = await CreateArchiveAsync();

        var refused = await Assert.ThrowsExactlyAsync<TwoPhaseCommitException>(() => Tx.RunAsync(
            async () =>
            {
                await InsertAsync("tea");
                await InsertAsync("tea", archive.Connect);
            },
            new UnitOfWorkOptions { CommitMode = CommitMode.TwoPhase }));

        StringAssert.Contains(refused.Message, "its database has no such commits");
        Assert.AreEqual(0, await Master.CountAsync());
        Assert.AreEqual(0, await archive.CountAsync());
    }

    [TestMethod]
    public async Task Commit_tells_no_position()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            await Tx.CommitAsync(Connect);
            Assert.IsNull(Tx.Current!.Position);
        });
    }

    [TestMethod]
    public async Task Statement_of_a_branch_that_its_unit_did_not_wait_for_is_stopped()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? branch = null;

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("lost");
            ((SqliteConnection)await Tx.ConnectionAsync(Connect)).CreateFunction("reached", () => reached.TrySetResult());
            var db = await Tx.SessionAsync(Connect);
            branch = Task.Factory.StartNew(
                () => db.Database.ExecuteSqlRaw("""
                    WITH RECURSIVE endless (n) AS (SELECT reached() UNION ALL SELECT n + 1 FROM endless)
                    INSERT INTO orders (item, quantity) SELECT 'lost', max(n) FROM endless
                    """),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await reached.Task;
            throw new OutOfStockException();
        }));

        Assert.AreEqual(9, (await Assert.ThrowsExactlyAsync<SqliteException>(() => branch!)).SqliteErrorCode);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Deadline_that_passes_during_a_statement_is_found_before_the_commit()
    {
        var time = new ManualTime();
        var units = ConfiguredUnits.Create<InterfaceProxyEntry>(new TxAspectsOptions { TimeProvider = time });
        var hasReturned = false;

        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => units.LimitedAsync(async () =>
        {
            ((SqliteConnection)await Tx.ConnectionAsync(Connect)).CreateFunction("take_a_minute", () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return 1;
            });
            var db = await Tx.SessionAsync(Connect);
            await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) SELECT 'late', take_a_minute()");
            hasReturned = true;
        }));

        Assert.IsTrue(hasReturned);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Command_may_be_sent_while_rows_are_read()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('1', 1), ('2', 1)");

        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await foreach (var order in db.Orders.AsNoTracking().OrderBy(order => order.Id).AsAsyncEnumerable())
                await db.Database.ExecuteSqlAsync($"UPDATE orders SET quantity = 2 WHERE id = {order.Id}");
        });

        Assert.AreEqual(2L, await Master.ScalarAsync<long>("SELECT count(*) FROM orders WHERE quantity = 2"));
    }

    [TestMethod]
    public async Task Connection_that_was_refused_to_who_opens_it_by_hand_is_closed()
    {
        await Tx.RunAsync(async () =>
        {
            var connection = (await Tx.SessionAsync(Connect)).Database.GetDbConnection();
            Assert.ThrowsExactly<SessionException>(connection.Open);
            Assert.AreEqual(System.Data.ConnectionState.Closed, connection.State);
            await InsertAsync("tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Host_is_the_path_of_the_file()
    {
        var archive = await CreateArchiveAsync();
        await using var moving = Master.Create();
        await Tx.RunAsync(() => InsertAsync("tea", moving));

        await moving.ChangeHostAsync(archive.Connect.Host!);
        await Tx.RunAsync(() => InsertAsync("coffee", moving));

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual("coffee", await archive.ItemsAsync());
    }

    [TestMethod]
    public async Task Ping_finds_out_whether_the_file_can_be_opened()
    {
        await Connect.PingAsync();
        await using var nowhere = SqliteConnect.Create<ShopContext>($"Data Source={Path.Combine(Connect.Host!, "no", "folder.db")}");

        await Assert.ThrowsExactlyAsync<SqliteException>(async () => await nowhere.PingAsync());
        await Assert.ThrowsExactlyAsync<ConnectionFailedException>(() => Tx.RunAsync(() => InsertAsync("tea", nowhere)));
    }
}
