using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>One deadline for everything before the commit.</summary>
public abstract class TimeoutSpecification<TEntry> : EntrySpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Long_query_is_cut_short_and_the_unit_rolls_back()
    {
        // The first unit opens a connection and compiles its query; on a busy machine that can take the second of the next one.
        await Units.RequiredAsync(() => InsertAsync("warm"));

        var timeout = await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.LimitedAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            await db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)");
        }));

        Assert.AreEqual(NameOf("LimitedAsync"), timeout.UnitName);
        Assert.IsNotNull(timeout.InnerException);
        Assert.AreEqual("warm", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Long_query_is_cut_short_synchronously()
    {
        Assert.ThrowsExactly<UnitOfWorkTimeoutException>(() => Units.Limited(() =>
        {
            Insert("tea");
            Tx.Session(Connect).Database.ExecuteSqlRaw("SELECT pg_sleep(60)");
        }));

        Assert.AreEqual(0, Master.CountAsync().Result);
    }

    [TestMethod]
    public async Task Long_work_without_a_command_is_not_committed()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.LimitedAsync(async () =>
        {
            await InsertAsync("tea");
            await UntilCancelledAsync(Tx.Current!.CancellationToken);
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Token_may_be_asked_for_after_the_end(bool askedBefore)
    {
        ITxUnit? unit = null;
        await Units.LimitedAsync(() =>
        {
            unit = Tx.Current;
            if (askedBefore)
                _ = unit!.CancellationToken;
            return Task.CompletedTask;
        });

        Assert.IsFalse(unit!.CancellationToken.CanBeCanceled && unit.CancellationToken.IsCancellationRequested);
    }

    [TestMethod]
    public async Task Command_after_the_deadline_is_refused()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.LimitedAsync(async () =>
        {
            await UntilCancelledAsync(Tx.Current!.CancellationToken);
            await InsertAsync("tea");
        }));

        Assert.AreEqual(0, Master.ConnectionsOpened);
    }

    [TestMethod]
    public async Task Shorter_timeout_of_an_inner_call_counts_for_that_call()
    {
        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(
                () => Units.LimitedAsync(
                    async () => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(60)")));
        }));

        Assert.IsInstanceOfType<UnitOfWorkTimeoutException>(doomed.InnerException);
    }

    [TestMethod]
    public async Task Early_commit_after_the_deadline_is_refused()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.LimitedAsync(async () =>
        {
            await InsertAsync("tea");
            await UntilCancelledAsync(Tx.Current!.CancellationToken);
            await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.CommitAsync(Connect));
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Inner_call_that_was_late_dooms_also_where_it_commits_on_what_it_threw()
    {
        var options =
            new UnitOfWorkOptions { Name = "Late", TimeoutSeconds = 0.05, CommitOn = [typeof(ApplicationException)] };

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Assert.ThrowsExactlyAsync<ApplicationException>(() => Tx.RunAsync(
                async () =>
                {
                    await UntilCancelledAsync(Tx.Current!.CancellationToken);
                    throw new ApplicationException();
                },
                options));
        }));

        Assert.IsInstanceOfType<UnitOfWorkTimeoutException>(doomed.InnerException);
    }

    [TestMethod]
    public async Task Inner_call_that_was_late_dooms_also_where_it_asked_for_a_rollback()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(
            () => Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Units.LimitedAsync(async () =>
            {
                Tx.SetRollbackOnly("no stock");
                await UntilCancelledAsync(Tx.Current!.CancellationToken);
            }))));
    }

    [TestMethod]
    public async Task Unit_within_its_time_commits()
    {
        await Units.LimitedAsync(() => InsertAsync("tea"));

        Assert.AreEqual(1, await Master.CountAsync());
    }

    private static async Task UntilCancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task;
    }
}

[TestClass]
public sealed class TimeoutOnInterfaceProxyTests : TimeoutSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class TimeoutOnClassProxyTests : TimeoutSpecification<ClassProxyEntry>;

[TestClass]
public sealed class TimeoutOnCallTests : TimeoutSpecification<CallEntry>;
