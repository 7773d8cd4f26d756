using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>A file has one writer at a time: what would wait for itself is refused at once, others wait and may be repeated.</summary>
[TestClass]
public sealed class OneWriterTests : DatabaseTests
{
    [TestMethod]
    public async Task New_context_in_a_unit_with_a_transaction_is_refused_at_once_naming_both()
    {
        var refused = await Assert.ThrowsExactlyAsync<SessionException>(() => Tx.RunAsync(
            async () =>
            {
                await InsertAsync("outer");
                await Tx.RunAsync(
                    () => InsertAsync("inner"), new UnitOfWorkOptions { Name = "audit", Propagation = Propagation.RequiresNew });
            },
            new UnitOfWorkOptions { Name = "stock" }));

        Assert.AreEqual(
            "The unit of work 'audit' cannot begin a transaction in the database of 'master', which has one at a time: " +
            "'stock', inside which it runs, has it. " +
            "Let the call join that unit, end its transaction before with Tx.CommitAsync, or do this after it, as in Tx.OnCommitted.",
            refused.Message);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public void Synchronous_new_context_is_refused_too()
    {
        Assert.ThrowsExactly<SessionException>(() => Tx.Run(() =>
        {
            Insert("outer");
            Tx.RunInNewContext(() => Insert("inner"));
        }));

        Assert.AreEqual(0, Master.CountAsync().Result);
    }

    [TestMethod]
    public async Task Refusal_dooms_nothing_but_the_inner_unit()
    {
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("outer");
            await Assert.ThrowsExactlyAsync<SessionException>(() => Tx.RunInNewContextAsync(() => InsertAsync("inner")));
            await Assert.ThrowsExactlyAsync<SessionException>(() => Tx.NewAtomicSessionAsync(Connect, db => db.Orders.CountAsync()));
            await InsertAsync("after");
        });

        Assert.AreEqual("after,outer", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task New_context_runs_before_the_first_command_after_an_early_commit_and_in_hooks_after_the_end()
    {
        await Tx.RunAsync(async () =>
        {
            await Tx.SessionAsync(Connect);
            await Tx.RunInNewContextAsync(() => InsertAsync("1 before"));
            await InsertAsync("2 outer");
            await Tx.CommitAsync(Connect);
            await Tx.RunInNewContextAsync(() => InsertAsync("3 inner"));
            Tx.OnCommitted(() => Tx.RunAsync(() => InsertAsync("5 hook")));
            await InsertAsync("4 outer");
        });

        Assert.AreEqual("1 before,2 outer,3 inner,4 outer,5 hook", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_beside_another_writer_waits_fails_and_is_repeated_where_it_says_so()
    {
        await using var writer = new SqliteConnection(Master.ConnectionString + ";Pooling=False");
        await writer.OpenAsync();
        var held = writer.BeginTransaction();
        var attempts = 0;

        await Tx.RunAsync(
            async () =>
            {
                if (++attempts == 2)
                    await held.RollbackAsync();
                await InsertAsync("tea");
            },
            new UnitOfWorkOptions { MaxRetries = 1 });

        Assert.AreEqual(2, attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Without_repetition_the_providers_own_failure_reaches_the_caller()
    {
        await using var writer = new SqliteConnection(Master.ConnectionString + ";Pooling=False");
        await writer.OpenAsync();
        await using (writer.BeginTransaction())
        {
            var failed = await Assert.ThrowsExactlyAsync<SqliteException>(
                () => Tx.RunAsync(async () => await (await Tx.SessionAsync(Connect)).Orders.CountAsync()));
            Assert.AreEqual(5, failed.SqliteErrorCode);
        }
    }

    [TestMethod]
    public async Task Units_beside_each_other_take_turns()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
            () => Tx.RunAsync(() => InsertAsync($"{number}"), new UnitOfWorkOptions { MaxRetries = 20 }))));

        Assert.AreEqual("0,1,2,3,4,5,6,7", await Master.ItemsAsync());
    }
}
