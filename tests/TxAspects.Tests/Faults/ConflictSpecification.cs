using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>
/// Transactions that really collide: the server's answer is definite, so it reaches the caller as it is, and a unit that retries is
/// repeated.
/// </summary>
public abstract class ConflictSpecification<TEntry> : FaultSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    public async Task Serialization_failure_at_the_commit_reaches_the_caller()
    {
        var failure = await Assert.ThrowsExactlyAsync<PostgresException>(() => Units.SerializableAsync(async () =>
        {
            await CountAndWriteAsync("loser");
            await WinAsync();
        }));

        Assert.AreEqual(PostgresErrorCodes.SerializationFailure, failure.SqlState);
        Assert.AreEqual(UnitOfWorkState.RolledBack, Unit!.State);
        Assert.AreEqual("winner", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Serialization_failure_at_the_commit_is_repeated()
    {
        await Units.RetryingAsync(async () =>
        {
            await (await Tx.SessionAsync(Connect)).Database.ExecuteSqlRawAsync("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
            await CountAndWriteAsync("loser");
            if (Attempts == 1)
                await WinAsync();
        });

        Assert.AreEqual(2, Attempts);
        Assert.AreEqual("loser,winner", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Deadlock_reaches_the_caller_of_one_and_spares_the_other()
    {
        var failures = await CollideAsync(Units.RequiredAsync);

        Assert.AreEqual(PostgresErrorCodes.DeadlockDetected, ((PostgresException)failures.Single().GetBaseException()).SqlState);
        Assert.AreEqual(1, await Master.ScalarAsync<int>("SELECT min(quantity) - 1 FROM orders"));
    }

    [TestMethod]
    public async Task Deadlock_is_repeated()
    {
        var failures = await CollideAsync(Units.RetryingAsync);

        Assert.IsEmpty(failures);
        Assert.AreEqual(3, await Master.ScalarAsync<int>("SELECT min(quantity) FROM orders"));
    }

    private async Task CountAndWriteAsync(string item)
    {
        _ = await (await Tx.SessionAsync(Connect)).Orders.CountAsync();
        await WriteAsync(item);
    }

    /// <summary>
    /// Another serializable transaction that reads and writes the same, and commits first. A unit in here would be part of this one and
    /// forbid its repetition.
    /// </summary>
    private Task WinAsync() => Master.ExecuteAsync("""
        BEGIN ISOLATION LEVEL SERIALIZABLE;
        SELECT count(*) FROM orders;
        INSERT INTO orders (item, quantity) VALUES ('winner', 1);
        COMMIT;
        """);

    /// <summary>Two units that raise two rows in opposite order, and wait for each other between them the first time.</summary>
    private async Task<Exception[]> CollideAsync(Func<Func<Task>, Task> run)
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity) VALUES ('a', 1), ('b', 1)");
        using var both = new Barrier(2);
        Task[] units = [Task.Run(() => RaiseAsync("a", "b")), Task.Run(() => RaiseAsync("b", "a"))];
        await Task.WhenAll(units).ContinueWith(_ => { }, TaskScheduler.Default);
        return [.. units.Where(unit => unit.IsFaulted).Select(unit => unit.Exception!.InnerException!)];

        Task RaiseAsync(string first, string second)
        {
            var attempts = 0;
            return run(async () =>
            {
                var db = await Tx.SessionAsync(Connect);
                await db.Orders.Where(order => order.Item == first)
                    .ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, order => order.Quantity + 1));
                if (++attempts == 1)
                    both.SignalAndWait();
                await db.Orders.Where(order => order.Item == second)
                    .ExecuteUpdateAsync(set => set.SetProperty(order => order.Quantity, order => order.Quantity + 1));
            });
        }
    }
}

[TestClass]
public sealed class ConflictOnInterfaceProxyTests : ConflictSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ConflictOnClassProxyTests : ConflictSpecification<ClassProxyEntry>;

[TestClass]
public sealed class ConflictOnCallTests : ConflictSpecification<CallEntry>;
