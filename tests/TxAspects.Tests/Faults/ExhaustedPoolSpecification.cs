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
        Assert.IsInstanceOfType<NpgsqlException>(failure);
        Assert.Contains("The connection pool has been exhausted", failure.Message);
        Assert.AreEqual("first", await Master.ItemsAsync());
        Assert.AreEqual(0, Master.ConnectionsLeased);
    }

    private DbConnect<ShopContext> OfOneConnection(int timeoutSeconds)
        => Master.Create(configure: settings => (settings.MaxPoolSize, settings.Timeout) = (1, timeoutSeconds));

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
