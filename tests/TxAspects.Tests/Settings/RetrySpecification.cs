using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>The outermost call is repeated in a fresh unit, as long as nothing became durable.</summary>
public abstract class RetrySpecification<TEntry> : EntrySpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Serialization_failures_are_repeated_with_fresh_sessions()
    {
        var sessions = new List<ShopContext>();
        var attempts = new List<int>();

        await Units.RetryingAsync(async () =>
        {
            attempts.Add(Tx.Current!.Attempt);
            await InsertAsync("tea");
            sessions.Add(await Tx.SessionAsync(Connect));
            if (attempts.Count < 3)
                await RaiseAsync("40001");
        });

        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Real_write_conflict_is_repeated()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('stock', 10)");
        var attempts = 0;

        await Units.RetryingAsync(async () =>
        {
            attempts++;
            var db = await Tx.SessionAsync(Connect);
            await db.Database.ExecuteSqlRawAsync("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            var before = await db.Orders.AsNoTracking().SingleAsync();
            if (attempts == 1)
                await Master.ExecuteAsync("UPDATE orders SET quantity = quantity - 1");
            await db.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, before.Quantity - 1));
        });

        Assert.AreEqual(2, attempts);
        Assert.AreEqual(8, await Master.ScalarAsync<int>("SELECT quantity FROM orders"));
    }

    [TestMethod]
    public void Synchronous_calls_are_repeated()
    {
        var attempts = 0;

        var result = Units.Retrying(() =>
        {
            Insert("tea");
            if (++attempts < 3)
                Tx.Session(Connect).Database.ExecuteSqlRaw(RaiseSql("40P01"));
            return attempts;
        });

        Assert.AreEqual(3, result);
        Assert.AreEqual(1, Master.CountAsync().Result);
    }

    [TestMethod]
    public async Task After_the_last_attempt_the_failure_reaches_the_caller()
    {
        var attempts = 0;

        var failure = await Assert.ThrowsAsync<Exception>(() => Units.RetryingAsync(() =>
        {
            attempts++;
            return RaiseAsync("40001");
        }));

        Assert.AreEqual("40001", ((PostgresException)failure.GetBaseException()).SqlState);
        Assert.AreEqual(4, attempts);
    }

    [TestMethod]
    public async Task Other_failures_are_not_repeated()
    {
        var attempts = 0;

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Units.RetryingAsync(() =>
        {
            attempts++;
            throw new InvalidOperationException();
        }));

        Assert.AreEqual(1, attempts);
    }

    [TestMethod]
    public async Task Nothing_is_repeated_once_something_is_durable()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<Exception>(() => Units.RetryingAsync(async () =>
        {
            attempts++;
            await InsertAsync("early");
            await Tx.CommitAsync(Connect);
            await RaiseAsync("40001");
        }));

        Assert.AreEqual(1, attempts);
        Assert.AreEqual(1, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Nothing_is_repeated_once_a_new_context_inside_committed()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<Exception>(() => Units.RetryingAsync(async () =>
        {
            attempts++;
            await Units.NewContextAsync(() => InsertAsync("audit"));
            await RaiseAsync("40001");
        }));

        Assert.AreEqual(1, attempts);
    }

    [TestMethod]
    public async Task Joined_call_is_never_repeated()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<Exception>(() => Units.RequiredAsync(() => Units.RetryingAsync(() =>
        {
            attempts++;
            return RaiseAsync("40001");
        })));

        Assert.AreEqual(1, attempts);
    }

    [TestMethod]
    public async Task Hooks_of_failed_attempts_never_run()
    {
        var ran = new List<string>();
        var attempts = 0;

        await Units.RetryingAsync(async () =>
        {
            var attempt = ++attempts;
            Tx.OnCommitting(() => ran.Add($"committing {attempt}"));
            Tx.OnCommitted(() => ran.Add($"committed {attempt}"));
            Tx.OnRolledBack(() => ran.Add($"rolled back {attempt}"));
            await InsertAsync("tea");
            if (attempt < 3)
                await RaiseAsync("40001");
        });

        CollectionAssert.AreEqual(new[] { "committing 3", "committed 3" }, ran);
    }

    private async Task RaiseAsync(string sqlState)
    {
        var db = await Tx.SessionAsync(Connect);
        await db.Database.ExecuteSqlRawAsync(RaiseSql(sqlState));
    }

    private static string RaiseSql(string sqlState) => $"DO $$ BEGIN RAISE EXCEPTION 'provoked' USING ERRCODE = '{sqlState}'; END $$";
}

[TestClass]
public sealed class RetryOnInterfaceProxyTests : RetrySpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class RetryOnClassProxyTests : RetrySpecification<ClassProxyEntry>;

[TestClass]
public sealed class RetryOnCallTests : RetrySpecification<CallEntry>;
