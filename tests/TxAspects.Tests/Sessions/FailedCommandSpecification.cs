using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>PostgreSQL turns the commit of a failed transaction into a rollback. No commit that did not happen is ever reported.</summary>
public abstract class FailedCommandSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    private const string FailsInTheThirdRow = "SELECT 1 / (3 - n) AS \"Value\" FROM generate_series(1, 5) AS n";

    [TestMethod]
    public Task Failed_statement_that_is_swallowed_is_not_reported_as_committed()
        => IsNotCommittedAsync(async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT 1/0"));

    [TestMethod]
    public Task Failed_Dapper_command_that_is_swallowed_is_not_reported_as_committed()
        => IsNotCommittedAsync(async () => await (await Tx.ConnectionAsync(Connect)).ExecuteAsync("SELECT 1/0"));

    [TestMethod]
    public Task Failed_Dapper_command_over_the_contexts_connection_is_not_reported_as_committed()
        => IsNotCommittedAsync(async () => await (await Tx.SessionAsync(Connect)).Database.GetDbConnection().ExecuteAsync("SELECT 1/0"));

    [TestMethod]
    public Task Query_that_fails_in_a_later_row_is_not_reported_as_committed()
        => IsNotCommittedAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await foreach (var value in db.Database.SqlQueryRaw<int>(FailsInTheThirdRow).AsAsyncEnumerable())
                Assert.IsGreaterThanOrEqualTo(0, value);
        });

    [TestMethod]
    public async Task Failed_command_swallowed_in_a_nested_call_undoes_that_call_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.NestedAsync(async () =>
            {
                await InsertAsync("inner");
                var db = await Tx.SessionAsync(Connect);
                await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));
            }));
        });

        Assert.AreEqual("outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_Dapper_command_with_changes_pending_is_not_reported_as_committed()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await FailByDapperAsync();
            (await Tx.SessionAsync(Connect)).Orders.Add(new Order { Item = "coffee" });
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Early_commit_after_a_failed_Dapper_command_is_refused()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await FailByDapperAsync();
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.CommitAsync(Connect));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Atomic_block_with_a_swallowed_Dapper_failure_is_refused_and_undone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.AtomicAsync(Connect, async _ =>
            {
                await InsertAsync("block");
                await FailByDapperAsync();
            }));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Savepoint_block_with_a_swallowed_Dapper_failure_is_undone_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            await Assert.ThrowsAsync<Exception>(() => Tx.AtomicAsync(
                Connect,
                async _ =>
                {
                    await InsertAsync("block");
                    await FailByDapperAsync();
                },
                WhenInTransaction.Savepoint));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_session_with_a_swallowed_failure_does_not_report_a_commit()
    {
        await using var db = await Tx.NewSessionAsync(Connect);
        await SaveAsync(db, "tea");
        await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.GetDbConnection().ExecuteAsync("SELECT 1/0"));

        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => db.CommitAsync());
        await db.RollbackAsync();

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task New_atomic_session_with_a_swallowed_failure_does_not_report_a_commit()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Tx.NewAtomicSessionAsync(Connect, async db =>
        {
            await SaveAsync(db, "tea");
            await Assert.ThrowsExactlyAsync<PostgresException>(() => db.Database.ExecuteSqlRawAsync("SELECT 1/0"));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Failed_command_is_forgotten_when_the_session_was_rolled_back()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("lost");
            await FailByDapperAsync();
            await Tx.RollbackAsync(Connect);
            await InsertAsync("kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_command_is_forgotten_when_the_session_was_closed()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("lost");
            await FailByDapperAsync();
            await Tx.CloseAsync(Connect);
            await InsertAsync("kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    private async Task IsNotCommittedAsync(Func<Task> fail)
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsAsync<Exception>(fail);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private async Task FailByDapperAsync()
    {
        var connection = await Tx.ConnectionAsync(Connect);
        await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1/0"));
    }
}

[TestClass]
public sealed class FailedCommandOnInterfaceProxyTests : FailedCommandSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class FailedCommandOnClassProxyTests : FailedCommandSpecification<ClassProxyEntry>;

[TestClass]
public sealed class FailedCommandOnCallTests : FailedCommandSpecification<CallEntry>;
