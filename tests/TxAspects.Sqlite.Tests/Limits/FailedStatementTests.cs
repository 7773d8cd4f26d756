using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A failed statement undoes itself alone. What ends the whole transaction is found, whoever did it.</summary>
[TestClass]
public sealed class FailedStatementTests : DatabaseTests
{
    [TestMethod]
    public async Task Failed_statement_that_is_swallowed_dooms_nothing_and_the_rest_is_committed()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("before");
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsExactlyAsync<SqliteException>(() => db.Database.ExecuteSqlRawAsync("SELECT nothing"));
            var connection = await Tx.ConnectionAsync(Connect);
            await Assert.ThrowsExactlyAsync<SqliteException>(() => connection.ExecuteAsync("SELECT nothing"));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Transaction_that_a_trigger_rolled_back_is_not_reported_as_committed()
    {
        await RollBackByTriggerAsync();

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<DbUpdateException>(() => InsertAsync("fatal"));
        }));

        StringAssert.Contains(doomed.Message, "the transaction of 'master' was over before its commit");
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task What_comes_after_it_is_not_committed_by_itself()
    {
        await RollBackByTriggerAsync();

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<DbUpdateException>(() => InsertAsync("fatal"));
            var db = await Tx.SessionAsync(Connect);
            await Assert.ThrowsExactlyAsync<SessionException>(
                () => db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('after', 1)"));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow("COMMIT", 1)]
    [DataRow("ROLLBACK", 0)]
    public async Task Transaction_that_user_code_ended_in_sql_is_not_reported_as_committed(string sql, int kept)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("before");
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync(sql);
        }));

        Assert.AreEqual(kept, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Commit_that_is_refused_leaves_no_transaction_behind()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        var failed = await Assert.ThrowsExactlyAsync<SqliteException>(() => Tx.RunAsync(async () =>
        {
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "second", Slot = 1 });
        }));

        Assert.IsTrue(TestDatabase.IsTakenSlot(failed));
        await Tx.RunAsync(() => InsertAsync("third"));
        Assert.AreEqual("first,third", await Master.ItemsAsync());
    }

    private Task RollBackByTriggerAsync() => Master.ExecuteAsync("""
        CREATE TRIGGER fatal BEFORE INSERT ON orders WHEN NEW.item = 'fatal'
        BEGIN
            SELECT RAISE(ROLLBACK, 'fatal');
        END
        """);
}
