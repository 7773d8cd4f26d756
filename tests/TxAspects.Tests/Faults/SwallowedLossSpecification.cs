using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// A connection was lost and user code swallows it: what went with it is never reported as committed, also where another connection takes
/// over.
/// </summary>
public abstract class SwallowedLossSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Between_commands_a_swallowed_failure_dooms_the_unit_although_a_new_connection_takes_over(bool saves)
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await KillBackendAsync();
            await FailAsync(saves);
            await GoOnAsync("coffee");
        }));

        AssertLost(doomed);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Between_commands_a_failure_swallowed_past_EF_Core_dooms_the_unit_although_a_new_connection_takes_over()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await KillBackendAsync();
            var connection = await Tx.ConnectionAsync(Connect);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1"));
            await GoOnAsync("coffee");
        }));

        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Inside_a_nested_call_it_takes_the_outer_work_along_so_the_unit_is_doomed()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await Assert.ThrowsAsync<Exception>(() => Units.NestedAsync(async () =>
            {
                await KillBackendAsync();
                await ExecuteInsertAsync("coffee");
            }));
            await ExecuteInsertAsync("milk");
        }));

        AssertLost(doomed);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Inside_a_nested_call_that_swallows_it_and_goes_on_the_call_fails()
    {
        UnitOfWorkDoomedException? inner = null;
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            inner = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.NestedAsync(async () =>
            {
                await KillBackendAsync();
                await FailAsync(saves: false);
                await GoOnAsync("coffee");
            }));
        }));

        AssertLost(inner!);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Inside_a_savepoint_block_it_takes_the_work_before_along_so_the_unit_is_doomed()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await Assert.ThrowsAsync<Exception>(() => Tx.AtomicAsync(
                Connect,
                async _ =>
                {
                    await KillBackendAsync();
                    await FailAsync(saves: false);
                    await GoOnAsync("coffee");
                },
                WhenInTransaction.Savepoint));
            await ExecuteInsertAsync("milk");
        }));

        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task An_early_commit_after_a_swallowed_loss_is_refused_and_a_rollback_makes_the_unit_usable_again()
    {
        await Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await KillBackendAsync();
            await FailAsync(saves: false);
            await GoOnAsync("coffee");
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(async () => await Tx.CommitAsync(Connect));
            await Tx.RollbackAsync(Connect);
            await ExecuteInsertAsync("milk");
        });

        Assert.AreEqual("milk", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task A_nested_call_whose_own_transaction_was_lost_is_undone_and_the_unit_goes_on()
    {
        await Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await Assert.ThrowsAsync<Exception>(() => Units.NestedAsync(async () =>
            {
                await Tx.CommitAsync(Connect);
                await ExecuteInsertAsync("coffee");
                await KillBackendAsync();
                await ExecuteInsertAsync("sugar");
            }));
            await ExecuteInsertAsync("milk");
        });

        Assert.AreEqual("milk,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Before_the_commit_with_a_swallowed_failure_past_EF_Core_the_unit_certainly_rolled_back()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await KillBackendAsync();
            var connection = await Tx.ConnectionAsync(Connect);
            await Assert.ThrowsExactlyAsync<PostgresException>(() => connection.ExecuteAsync("SELECT 1"));
        }));

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        AssertLost(doomed);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task A_session_of_its_own_refuses_to_commit_after_a_swallowed_loss()
    {
        await using (var db = await Tx.NewSessionAsync(Connect))
        {
            await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");
            await Master.KillAsync((await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").ToListAsync()).Single());
            await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT 1"));
            db.Add(new Order { Item = "sugar" });
            await Assert.ThrowsAsync<Exception>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
            await db.Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('coffee', 1)");
            await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(async () => await db.CommitAsync());
        }

        await AssertNextWorksAsync();
    }

    /// <summary>Runs into the lost connection and swallows what happens.</summary>
    private async Task FailAsync(bool saves)
    {
        var db = await Tx.SessionAsync(Connect);
        if (saves)
            db.Add(new Order { Item = "sugar" });
        await Assert.ThrowsAsync<Exception>(() => saves ? db.SaveChangesAsync() : db.Database.ExecuteSqlRawAsync("SELECT 1"));
        db.ChangeTracker.Clear();
    }

    /// <summary>A save gives up the lost transaction and opens another connection, before it fails.</summary>
    private async Task GoOnAsync(string item)
    {
        await FailAsync(saves: true);
        await ExecuteInsertAsync(item);
    }

    private async Task ExecuteInsertAsync(string item)
        => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlAsync($"INSERT INTO orders (item, quantity) VALUES ({item}, 1)");

    private static void AssertLost(UnitOfWorkDoomedException doomed)
        => StringAssert.Contains(doomed.Message, "the transaction of 'master' was over before its commit");
}

[TestClass]
public sealed class SwallowedLossOnInterfaceProxyTests : SwallowedLossSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SwallowedLossOnClassProxyTests : SwallowedLossSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SwallowedLossOnCallTests : SwallowedLossSpecification<CallEntry>;
