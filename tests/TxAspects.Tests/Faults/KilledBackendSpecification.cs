using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// A server process killed at each point of a unit: what was not committed is reported so, and only a COMMIT in flight is unknown.
/// </summary>
public abstract class KilledBackendSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Before_the_first_command_the_unit_rolls_back_and_the_next_one_works()
    {
        await KillIdleConnectionAsync();

        var failure = await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(() => WriteByTextAsync("tea")));

        Assert.IsNotInstanceOfType<ObjectDisposedException>(failure);
        Assert.AreEqual(PostgresErrorCodes.AdminShutdown, Cause(failure).SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        await AssertNextWorksAsync();
    }

    [TestMethod]
    public async Task Before_the_first_command_a_unit_that_retries_succeeds()
    {
        await KillIdleConnectionAsync();

        await Units.RetryingAsync(() => WriteByTextAsync("tea"));

        Assert.AreEqual(2, Attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Before_the_first_command_a_swallowed_failure_loses_nothing_and_the_unit_goes_on()
    {
        await KillIdleConnectionAsync();

        await Units.RequiredAsync(async () =>
        {
            await Assert.ThrowsAsync<Exception>(() => WriteByTextAsync("lost"));
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

    // Not sent again by itself, as a command of EF Core's own would be.
    private Task WriteByTextAsync(string item)
        => WriteAsync(async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlAsync(
            $"INSERT INTO orders (item, quantity) VALUES ({item}, 1)"));

    private async Task KillIdleConnectionAsync(bool warm = true)
    {
        if (warm && TestServer.PoolerPort is not null)
            Assert.Inconclusive("A pooler in between replaces an idle connection that was lost, and nobody notices.");

        if (warm)
            await Units.RequiredAsync(async () => await BackendAsync(Connect));
        await Master.KillAsync(await Master.WaitForBackendAsync("application_name = 'test' AND state = 'idle'"));
    }

    private static PostgresException Cause(Exception exception)
        => exception as PostgresException
            ?? (exception.InnerException is { } inner ? Cause(inner) : throw new AssertFailedException("The server did not answer."));
}

[TestClass]
public sealed class KilledBackendOnInterfaceProxyTests : KilledBackendSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class KilledBackendOnClassProxyTests : KilledBackendSpecification<ClassProxyEntry>;

[TestClass]
public sealed class KilledBackendOnCallTests : KilledBackendSpecification<CallEntry>;
