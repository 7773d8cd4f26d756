using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// A BEGIN that is cancelled on the server. The driver sent the first command with it, so the server runs that one without a transaction
/// and keeps it: nothing on this side can prevent it, but nobody is told that the work was rolled back.
/// </summary>
public abstract class CancelledBeginSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Its_first_command_has_an_unknown_outcome_and_is_not_repeated()
    {
        await using var proxy = FaultProxy.AtBegin(Master);
        await using var connect = proxy.Connect(Master);
        var attempts = 0;
        var unit = Units.RetryingAsync(async () =>
        {
            attempts++;
            await ExecuteInsertAsync(connect);
        });
        await CancelBeginAsync();

        var unknown = await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => unit);

        Assert.AreEqual("master", unknown.ConnectName);
        Assert.AreEqual(PostgresErrorCodes.QueryCanceled, ((PostgresException)unknown.InnerException!).SqlState);
        StringAssert.Contains(unknown.Message, "may have run by itself");
        Assert.AreEqual(1, attempts);
        Assert.AreEqual("tea", await WaitForRowAsync());
    }

    [TestMethod]
    public async Task Its_first_save_has_an_unknown_outcome()
    {
        await using var proxy = FaultProxy.AtBegin(Master);
        await using var connect = proxy.Connect(Master);
        var unit = Units.RequiredAsync(() => InsertAsync("tea", connect));
        await CancelBeginAsync();

        var failure = await Assert.ThrowsAsync<Exception>(() => unit);

        Assert.IsInstanceOfType<CommitOutcomeUnknownException>(failure as CommitOutcomeUnknownException ?? failure.InnerException);
        Assert.AreEqual("tea", await WaitForRowAsync());
    }

    [TestMethod]
    public async Task It_ends_the_unit_with_an_unknown_outcome_and_no_hook_runs()
    {
        await using var proxy = FaultProxy.AtBegin(Master);
        await using var connect = proxy.Connect(Master);
        ITxUnit? opened = null;
        var ran = 0;
        var unit = Units.RequiredAsync(async () =>
        {
            opened = Tx.Current;
            Tx.OnCommitted(() => ran++);
            Tx.OnRolledBack(() => ran++);
            await ExecuteInsertAsync(connect);
        });
        await CancelBeginAsync();

        await Assert.ThrowsExactlyAsync<CommitOutcomeUnknownException>(() => unit);

        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, opened!.State);
        Assert.AreEqual(0, ran);
        Assert.AreEqual("tea", await WaitForRowAsync());
    }

    [TestMethod]
    [DataRow("a command")]
    [DataRow("a save")]
    [DataRow("a nested call, which begins with a save")]
    public async Task A_unit_that_swallows_it_is_doomed_and_says_that_the_outcome_is_unknown(string first)
    {
        await using var proxy = FaultProxy.AtBegin(Master);
        await using var connect = proxy.Connect(Master);
        ITxUnit? opened = null;
        var unit = Units.RequiredAsync(async () =>
        {
            opened = Tx.Current;
            if (first == "a command")
                await Assert.ThrowsAsync<Exception>(() => ExecuteInsertAsync(connect));
            else if (first == "a save")
                await Assert.ThrowsAsync<Exception>(() => InsertAsync("tea", connect));
            else
                await Assert.ThrowsAsync<Exception>(() => BeginNestedAsync(connect));
        });
        await CancelBeginAsync();

        var doomed = await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => unit);

        Assert.IsInstanceOfType<CommitOutcomeUnknownException>(doomed.InnerException);
        Assert.AreEqual(UnitOfWorkState.OutcomeUnknown, opened!.State);
        Assert.AreEqual("tea", await WaitForRowAsync());
    }

    private async Task BeginNestedAsync(DbConnect<ShopContext> connect)
    {
        (await Tx.SessionAsync(connect)).Add(new Order { Item = "tea" });
        await Units.NestedAsync(() => Task.CompletedTask);
    }

    private static async Task ExecuteInsertAsync(DbConnect<ShopContext> connect)
        => await (await Tx.SessionAsync(connect)).Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('tea', 1)");

    private async Task CancelBeginAsync()
        => await Master.ExecuteAsync($"SELECT pg_cancel_backend({await Master.WaitForBackendAsync("wait_event = 'PgSleep'")})");

    /// <summary>The command runs after the client has given up.</summary>
    private async Task<string> WaitForRowAsync()
    {
        for (var attempt = 0; attempt < 200 && await Master.CountAsync() == 0; attempt++)
            await Task.Delay(10);
        return await Master.ItemsAsync();
    }
}

[TestClass]
public sealed class CancelledBeginOnInterfaceProxyTests : CancelledBeginSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class CancelledBeginOnClassProxyTests : CancelledBeginSpecification<ClassProxyEntry>;

[TestClass]
public sealed class CancelledBeginOnCallTests : CancelledBeginSpecification<CallEntry>;
