using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>A server process killed at each point of a unit: what was not committed is reported so, and only a COMMIT in flight is unknown.</summary>
public abstract class KilledBackendSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Before_the_first_command_the_unit_rolls_back_and_the_next_one_works()
    {
        await KillIdleConnectionAsync();

        var failure = await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(() => WriteAsync("tea")));

        Assert.IsNotInstanceOfType<ObjectDisposedException>(failure);
        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, Cause(failure).SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Before_the_first_command_a_unit_that_retries_succeeds()
    {
        await KillIdleConnectionAsync();

        await Units.RetryingAsync(() => WriteAsync("tea"));

        Assert.AreEqual(2, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Before_the_first_command_a_swallowed_failure_loses_nothing_and_the_unit_goes_on()
    {
        await KillIdleConnectionAsync();

        await Units.RequiredAsync(async () =>
        {
            await Assert.ThrowsAsync<Exception>(() => WriteAsync("lost"));
            var db = await Tx.SessionAsync(Connect);
            db.ChangeTracker.Clear();
            await InsertAsync("tea");
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task In_a_command_the_unit_rolls_back()
    {
        var unit = Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(600)");
        });
        await Master.KillAsync(await Master.WaitForBackendAsync("wait_event = 'PgSleep'"));

        var failure = await Assert.ThrowsAsync<Exception>(() => unit);

        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, Cause(failure).SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Between_commands_the_unit_rolls_back()
    {
        var failure = await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await KillBackendAsync();
            await InsertAsync("coffee");
        }));

        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, Cause(failure).SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertNextWorksAsync();
    }

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

    [TestMethod]
    public async Task Before_the_commit_the_unit_certainly_rolled_back()
    {
        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await KillBackendAsync();
        }));

        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, failure.SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Before_a_synchronous_commit_the_unit_certainly_rolled_back()
    {
        Assert.ThrowsExactly<PostgresException>(() => Units.Required(() =>
        {
            Insert("tea");
            KillBackendAsync().GetAwaiter().GetResult();
        }));

        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Before_the_commit_a_unit_that_retries_does_it_again()
    {
        await Units.RetryingAsync(async () =>
        {
            await WriteAsync("tea");
            if (Attempts == 1)
                await KillBackendAsync();
        });

        Assert.AreEqual(2, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
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
    public async Task During_the_commit_the_outcome_is_unknown()
    {
        await using var gate = await CommitGate.CloseAsync(Master);
        var unit = Units.RetryingAsync(() => WriteAsync("tea"));
        await Master.KillAsync(await gate.WaitForCommitAsync());

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => unit);

        await gate.OpenAsync();
        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, Cause(unknown).SqlState);
        Assert.AreEqual("master", unknown.ConnectName);
        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, Unit!.State);
        Assert.AreEqual(1, Attempts);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task After_the_commit_the_work_is_kept_and_the_connection_does_not_stay_in_the_pool()
    {
        await Units.RequiredAsync(async () =>
        {
            await WriteAsync("tea");
            await Tx.CommitAsync(Connect);
            await KillIdleConnectionAsync(warm: false);
        });

        Assert.AreEqual(UnitOfWorkState.Committed, Unit!.State);
        Assert.AreEqual("tea", await Master.ItemsAsync());
        await Units.RetryingAsync(() => InsertAsync("after"));
        Assert.AreEqual("after,tea", await Master.ItemsAsync());
    }

    private async Task KillIdleConnectionAsync(bool warm = true)
    {
        if (warm && TestServer.PoolerPort is not null)
            Assert.Inconclusive("A pooler in between replaces an idle connection that was lost, and nobody notices.");

        if (warm)
            await Units.RequiredAsync(async () => await BackendAsync(Connect));
        await Master.KillAsync(await Master.WaitForBackendAsync("application_name = 'test' AND state = 'idle'"));
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

    private async Task AssertNextWorksAsync()
    {
        await Units.RequiredAsync(() => InsertAsync("after"));
        Assert.AreEqual("after", await Master.ItemsAsync());
    }

    private static PostgresException Cause(Exception exception)
        => exception as PostgresException ?? (exception.InnerException is { } inner ? Cause(inner) : throw new AssertFailedException("The server did not answer."));
}

[TestClass]
public sealed class KilledBackendOnInterfaceProxyTests : KilledBackendSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class KilledBackendOnClassProxyTests : KilledBackendSpecification<ClassProxyEntry>;

[TestClass]
public sealed class KilledBackendOnCallTests : KilledBackendSpecification<CallEntry>;
