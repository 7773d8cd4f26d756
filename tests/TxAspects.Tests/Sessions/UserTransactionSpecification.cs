using System.Data.Common;
using Dapper;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A transaction that user code begins or ends by EF Core itself, inside a unit.</summary>
public abstract class UserTransactionSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Committed_it_survives_the_failure_of_the_unit()
    {
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using (var transaction = await db.Database.BeginTransactionAsync())
            {
                await SaveAsync(db, "kept");
                await transaction.CommitAsync();
            }

            await SaveAsync(db, "lost");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Rolled_back_it_takes_only_its_own_rows()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using (await db.Database.BeginTransactionAsync())
                await SaveAsync(db, "lost");
            await SaveAsync(db, "kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Left_open_it_ends_with_the_unit()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "kept");
        });
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "lost");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Beginning_a_second_one_is_refused_with_the_remedy_and_harms_nothing()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("before");
            var db = await Tx.SessionAsync(Connect);
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => db.Database.BeginTransactionAsync());
            StringAssert.Contains(refused.Message, "Propagation.Nested");
            await InsertAsync("after");
        });

        Assert.AreEqual("after,before", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Ending_the_units_own_transaction_is_an_early_end()
    {
        await FailingUnitAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await SaveAsync(db, "kept");
            await db.Database.CommitTransactionAsync();
            await SaveAsync(db, "lost");
            await db.Database.RollbackTransactionAsync();
            await SaveAsync(db, "lost too");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Inside_an_execution_strategy_it_works_as_EF_Core_documents_it()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync();
                await SaveAsync(db, "kept");
                await transaction.CommitAsync();
            });
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Failed_command_in_it_is_forgotten_when_it_was_disposed()
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using (await db.Database.BeginTransactionAsync())
            {
                await SaveAsync(db, "lost");
                await Assert.ThrowsAsync<DbException>(() => db.Database.ExecuteSqlRawAsync("SELECT nothing"));
            }

            await SaveAsync(db, "kept");
        });

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    [TestMethod]
    public Task Commit_after_a_failed_statement_in_it_is_not_reported()
        => CommitIsNotReportedAsync(db => db.Database.ExecuteSqlRawAsync("SELECT nothing"));

    [TestMethod]
    public Task Commit_after_a_failed_Dapper_command_in_it_is_not_reported()
        => CommitIsNotReportedAsync(db => db.Database.GetDbConnection().ExecuteAsync("SELECT nothing"));

    [TestMethod]
    public async Task Synchronous_commit_after_a_failed_Dapper_command_in_it_is_not_reported()
    {
        Units.Required(() =>
        {
            var db = Tx.Session(Connect);
            using var transaction = db.Database.BeginTransaction();
            Save(db, "lost");
            Assert.Throws<DbException>(() => db.Database.GetDbConnection().Execute("SELECT nothing"));
            Assert.Throws<Exception>(transaction.Commit);
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }

    private async Task CommitIsNotReportedAsync(Func<ShopContext, Task> fail)
    {
        await Units.RequiredAsync(async () =>
        {
            var db = await Tx.SessionAsync(Connect);
            await using var transaction = await db.Database.BeginTransactionAsync();
            await SaveAsync(db, "lost");
            await Assert.ThrowsAsync<DbException>(() => fail(db));
            await Assert.ThrowsAsync<Exception>(() => transaction.CommitAsync());
        });

        Assert.AreEqual(0, await Master.CountAsync());
    }
}

[TestClass]
public sealed class UserTransactionOnInterfaceProxyTests : UserTransactionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class UserTransactionOnClassProxyTests : UserTransactionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class UserTransactionOnCallTests : UserTransactionSpecification<CallEntry>;
