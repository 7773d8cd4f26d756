using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Units that need more connections than the pool has wait, and then fail with a message that says what to do.</summary>
public abstract class ExhaustedPoolSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Unit_waits_for_a_connection_and_goes_on_when_one_comes_back()
    {
        await using var connect = OfOneConnection(timeoutSeconds: 60);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = await HoldAsync(connect, release.Task);
        var waiting = Units.RequiredAsync(() => WriteAsync("second", connect));
        Assert.IsFalse(waiting.IsCompleted);

        release.SetResult();
        await holding;
        await waiting;

        Assert.AreEqual("first,second", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_that_waited_in_vain_fails_and_leaves_nothing()
    {
        await using var connect = OfOneConnection(timeoutSeconds: 1);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = await HoldAsync(connect, release.Task);

        var failure = await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(() => WriteAsync("second", connect)));
        release.SetResult();
        await holding;

        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        Assert.IsInstanceOfType<ConnectionFailedException>(failure);
        Assert.IsInstanceOfType<NpgsqlException>(failure.InnerException);
        StringAssert.Contains(failure.Message, "Maximum Pool Size");
        Assert.AreEqual("first", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Unit_inside_the_one_that_holds_the_connection_fails_with_both_names()
    {
        await using var connect = OfOneConnection(timeoutSeconds: 1);

        var failure = await Assert.ThrowsExactlyAsync<PoolExhaustedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("first", connect);
            await Units.NewContextAsync(() => WriteAsync("second", connect));
        }));

        AssertNames(failure);
        Assert.AreEqual("", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    [TestMethod]
    public async Task Query_and_connection_inside_it_fail_the_same_way_and_the_outer_unit_may_go_on()
    {
        await using var connect = OfOneConnection(timeoutSeconds: 1);

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("first", connect);
            AssertNames(await Assert.ThrowsExactlyAsync<PoolExhaustedException>(
                () => Units.NewContextAsync(async () => _ = await (await Tx.SessionAsync(connect)).Orders.CountAsync())));
            AssertNames(await Assert.ThrowsExactlyAsync<PoolExhaustedException>(
                () => Units.NewContextAsync(async () => _ = await Tx.ConnectionAsync(connect))));
        });

        Assert.AreEqual("first", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_unit_inside_fails_the_same_way()
    {
        using var connect = OfOneConnection(timeoutSeconds: 1);

        Units.Required(() =>
        {
            _ = Tx.Session(connect).Orders.Count();
            var failure = Assert.ThrowsExactly<PoolExhaustedException>(
                () => Units.NewContext(() => _ = Tx.Session(connect).Orders.Count()));
            Assert.AreEqual((NameOf("NewContext"), NameOf("Required"), "master"),
                (failure.UnitName, failure.OuterUnitName, failure.ConnectName));
        });
    }

    [TestMethod]
    public async Task Unit_inside_one_that_holds_nothing_of_the_pool_is_told_of_the_pool_alone()
    {
        await using var connect = OfOneConnection(timeoutSeconds: 1, name: "small");
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = await HoldAsync(connect, release.Task);

        await Assert.ThrowsExactlyAsync<ConnectionFailedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("elsewhere");
            _ = await Tx.SessionAsync(connect);
            await Units.NewContextAsync(() => WriteAsync("second", connect));
        }));

        release.SetResult();
        await holding;
        Assert.AreEqual("first", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Unit_that_failed_for_it_is_still_repeated()
    {
        await using var connect = OfOneConnection(timeoutSeconds: 1);

        await Assert.ThrowsExactlyAsync<PoolExhaustedException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("first", connect);
            await Tx.RunAsync(
                () => WriteAsync("second", connect), new UnitOfWorkOptions { Propagation = Propagation.RequiresNew, MaxRetries = 1 });
        }));

        Assert.AreEqual(2, Attempts);
    }

    [TestMethod]
    public async Task Session_of_its_own_inside_a_unit_fails_the_same_way()
    {
        await using var connect = OfOneConnection(timeoutSeconds: 1);

        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("first", connect);
            var failure = await Assert.ThrowsExactlyAsync<PoolExhaustedException>(
                async () => await Tx.NewAtomicSessionAsync(connect, db => db.Orders.CountAsync()));
            Assert.AreEqual(NameOf("RequiredAsync"), failure.OuterUnitName);
        });
    }

    [TestMethod]
    public async Task Kept_back_connections_let_units_inside_others_through_where_all_would_wait_for_each_other()
    {
        await using var connect = Master.Create(
            configure: settings => (settings.MaxPoolSize, settings.Timeout) = (3, 60), maxOuterConnections: 2);

        await Task.WhenAll(Enumerable.Range(0, 24).Select(number => Task.Run(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync($"outer {number}", connect);
            await Units.NewContextAsync(() => InsertAsync($"inner {number}", connect));
        }))));

        Assert.AreEqual(48, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Unit_that_waited_in_vain_for_a_connection_not_kept_back_fails_and_may_be_repeated()
    {
        await using var connect = Master.Create(
            configure: settings => (settings.MaxPoolSize, settings.Timeout) = (2, 1), maxOuterConnections: 1);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = await HoldAsync(connect, release.Task);

        var failure = await Assert.ThrowsExactlyAsync<PoolExhaustedException>(
            () => Units.RequiredAsync(() => WriteAsync("second", connect)));
        var retrying = Units.RetryingAsync(() => WriteAsync("third", connect));
        release.SetResult();
        await holding;
        await retrying;

        Assert.AreEqual((NameOf("RequiredAsync"), (string?)null, "master"), (failure.UnitName, failure.OuterUnitName, failure.ConnectName));
        Assert.AreEqual("first,third", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Place_of_a_lost_connection_and_of_one_that_could_not_open_is_given_back()
    {
        await using var connect = Master.Create(
            configure: settings => (settings.MaxPoolSize, settings.Timeout) = (2, 2), maxOuterConnections: 1);
        for (var time = 0; time < 3; time++)
        {
            await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(async () =>
            {
                await WriteAsync("lost", connect);
                await Master.KillAsync(await BackendAsync(connect));
                await InsertAsync("lost", connect);
            }));
        }

        await Units.RequiredAsync(() => InsertAsync("kept", connect));
        Units.Required(() => Tx.Session(connect).Orders.Count());

        Assert.AreEqual("kept", await Master.ItemsAsync());
    }

    private void AssertNames(PoolExhaustedException failure)
    {
        Assert.AreEqual((NameOf("NewContextAsync"), NameOf("RequiredAsync"), "master"),
            (failure.UnitName, failure.OuterUnitName, failure.ConnectName));
        Assert.Contains($"'{failure.UnitName}'", failure.Message);
        Assert.Contains($"'{failure.OuterUnitName}'", failure.Message);
        Assert.IsInstanceOfType<NpgsqlException>(failure.InnerException);
    }

    private DbConnect<ShopContext> OfOneConnection(int timeoutSeconds, string name = "master")
        => Master.Create(name: name, configure: settings => (settings.MaxPoolSize, settings.Timeout) = (1, timeoutSeconds));

    /// <summary>A unit that holds its connection; returns when it does.</summary>
    private async Task<Task> HoldAsync(DbConnect<ShopContext> connect, Task release)
    {
        var holds = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var unit = Units.RequiredAsync(async () =>
        {
            await InsertAsync("first", connect);
            holds.SetResult();
            await release;
        });
        await Task.WhenAny(holds.Task, unit);
        return unit;
    }
}

[TestClass]
public sealed class ExhaustedPoolOnInterfaceProxyTests : ExhaustedPoolSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ExhaustedPoolOnClassProxyTests : ExhaustedPoolSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ExhaustedPoolOnCallTests : ExhaustedPoolSpecification<CallEntry>;
