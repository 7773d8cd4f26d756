using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>
/// Branches that use one session at the same time get an error that names the remedy, and nothing else changes for the unit.
/// </summary>
public abstract class SharedSessionSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Two_queries_at_once_are_an_error_that_names_unit_connect_and_remedy()
    {
        var refused = await Assert.ThrowsExactlyAsync<SessionInUseException>(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            await Task.WhenAll(PauseAsync(), CountAsync());
        }));

        Assert.AreEqual(NameOf("RequiredAsync"), refused.UnitName);
        Assert.AreEqual("master", refused.ConnectName);
        Assert.AreEqual(
            $"Two branches of the unit of work '{NameOf("RequiredAsync")}' used its session of 'master' at the same time, but a session " +
            "does one thing at a time. Await one branch before the next begins, or give each a unit of its own with [NewContext] or " +
            "Tx.RunInNewContextAsync.",
            refused.Message);
        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Two_branches_may_not_even_open_the_connection_at_once()
        => await Assert.ThrowsExactlyAsync<SessionInUseException>(
            () => Units.RequiredAsync(() => Task.WhenAll(PauseAsync(), CountAsync())));

    [TestMethod]
    public async Task Save_beside_a_query_sends_nothing_and_can_be_repeated_after_it()
    {
        await Units.RequiredAsync(async () =>
        {
            var query = PauseAsync();
            await Assert.ThrowsExactlyAsync<SessionInUseException>(() => InsertAsync("tea"));
            await query;
            await (await Tx.SessionAsync(Connect)).SaveChangesAsync();
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Synchronous_query_beside_one_that_runs_is_the_same_error()
    {
        await Units.RequiredAsync(async () =>
        {
            var query = PauseAsync();
            Assert.ThrowsExactly<SessionInUseException>(() => Tx.Session(Connect).Orders.Count());
            await query;
        });
    }

    [TestMethod]
    public async Task Query_that_was_refused_and_swallowed_does_not_cost_the_unit_its_work()
    {
        await Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var query = PauseAsync();
            await Assert.ThrowsExactlyAsync<SessionInUseException>(CountAsync);
            await query;
            await InsertAsync("coffee");
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Branches_with_a_unit_each_run_at_once()
    {
        await Units.RequiredAsync(() => Task.WhenAll(
            Units.NewContextAsync(() => Task.WhenAll(PauseAsync())),
            Units.NewContextAsync(() => InsertAsync("tea")),
            InsertAsync("coffee")));

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Branches_one_after_the_other_share_the_session()
    {
        await Units.RequiredAsync(async () =>
        {
            foreach (var branch in new[] { PauseAsync, CountAsync, () => InsertAsync("tea") })
                await branch();
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Session_outside_the_unit_is_held_to_the_same()
    {
        await using var db = await Tx.NewSessionAsync(Connect);

        var query = db.Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.3)");
        await Assert.ThrowsExactlyAsync<SessionInUseException>(() => db.Orders.CountAsync());
        await query;

        Assert.AreEqual(0, await db.Orders.CountAsync());
    }

    private async Task PauseAsync() => await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SELECT pg_sleep(0.3)");

    private async Task CountAsync() => _ = await (await Tx.SessionAsync(Connect)).Orders.CountAsync();
}

[TestClass]
public sealed class SharedSessionOnInterfaceProxyTests : SharedSessionSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class SharedSessionOnClassProxyTests : SharedSessionSpecification<ClassProxyEntry>;

[TestClass]
public sealed class SharedSessionOnCallTests : SharedSessionSpecification<CallEntry>;
