using Dapper;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>Time limits that are very long or very short, pauses of retries, and commands that the library does not see.</summary>
public abstract class ExtremeTimeSpecification<TEntry> : DoorSpecification<TEntry>
    where TEntry : Entry, new()
{
    [TestMethod]
    [DataRow(60)]
    [DataRow(20_000)]
    public async Task Limit_of_many_days_works(int days)
    {
        var options = new UnitOfWorkOptions { TimeoutSeconds = TimeSpan.FromDays(days).TotalSeconds };

        await Tx.RunAsync(
            async () =>
            {
                Assert.IsFalse(Tx.Current!.CancellationToken.IsCancellationRequested);
                await InsertAsync("tea");
                await (await Tx.ConnectionAsync(Connect)).ExecuteAsync(RawInsertSql);
                await Tx.RunAsync(() => InsertAsync("inner"), options);
            },
            options);
        Tx.Run(
            () =>
            {
                Assert.IsFalse(Tx.Current!.CancellationToken.IsCancellationRequested);
                Insert("synchronous");
            },
            options);

        Assert.AreEqual("inner,raw,synchronous,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Limit_of_a_millisecond_ends_in_its_own_exception()
    {
        var options = new UnitOfWorkOptions { TimeoutSeconds = 0.001 };

        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.RunAsync(
            async () =>
            {
                await Task.Delay(50);
                await InsertAsync("late");
            },
            options));
        Assert.ThrowsExactly<UnitOfWorkTimeoutException>(() => Tx.Run(
            () =>
            {
                Thread.Sleep(50);
                Insert("late");
            },
            options));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Pause_before_a_retry_that_would_outlast_the_deadline_is_not_waited_for(bool async)
    {
        var options = new UnitOfWorkOptions { TimeoutSeconds = 60, MaxRetries = 5 };
        Tx.Configure(new TxAspectsOptions { RetryDelay = TimeSpan.FromHours(10) });
        var runs = 0;

        if (async)
        {
            await Assert.ThrowsExactlyAsync<PostgresException>(() => Tx.RunAsync(
                () =>
                {
                    runs++;
                    throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
                },
                options));
        }
        else
        {
            Assert.ThrowsExactly<PostgresException>(() => Tx.Run(
                () =>
                {
                    runs++;
                    throw new PostgresException("again", "ERROR", "ERROR", PostgresErrorCodes.SerializationFailure);
                },
                options));
        }

        Assert.AreEqual(1, runs);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Command_past_EF_Core_is_stopped_by_the_deadline(bool async)
    {
        Exception failure;
        if (async)
        {
            failure = await Assert.ThrowsAsync<Exception>(() => Units.LimitedAsync(async () =>
                await (await Tx.ConnectionAsync(Connect)).ExecuteAsync("SELECT pg_sleep(60)")));
        }
        else
        {
            failure = Assert.Throws<Exception>(() => Units.Limited(() => Tx.Connection(Connect).Execute("SELECT pg_sleep(60)")));
        }

        Assert.IsTrue(failure is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or UnitOfWorkTimeoutException,
            failure.ToString());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Limit_for_such_commands_is_the_time_that_is_left_and_ends_with_the_transaction(bool async)
    {
        await Units.LimitedAsync(async () =>
        {
            for (var transaction = 0; transaction < 2; transaction++)
            {
                Assert.IsTrue(await LimitAsync(async) is > 0 and <= 1000);
                await Tx.CommitAsync(Connect);
            }
        });
        await Units.RequiredAsync(async () => Assert.AreEqual(0, await LimitAsync(async)));
    }

    [TestMethod]
    public async Task Inner_deadline_limits_its_own_call_alone()
    {
        await Units.RequiredAsync(async () =>
        {
            await Units.LimitedAsync(() => InsertAsync("inner"));
            await Units.NestedAsync(() => Units.LimitedAsync(() => InsertAsync("nested")));
            Assert.IsFalse(Tx.Current!.CancellationToken.CanBeCanceled);
            await Task.WhenAll(
                Units.LimitedAsync(() => Task.Delay(10)),
                Tx.RunAsync(() => Task.Delay(50), new UnitOfWorkOptions { TimeoutSeconds = 30 }));
            Assert.IsFalse(Tx.Current!.CancellationToken.CanBeCanceled);
        });

        Assert.AreEqual("inner,nested", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Exception_filter_around_a_synchronous_call_sees_the_callers_unit()
    {
        ITxUnit? outer = null;
        ITxUnit? seen = null;

        Units.Required(() =>
        {
            outer = Tx.Current;
            try
            {
                Units.NewContext(() => throw new UnitFailure());
            }
            catch (UnitFailure) when (Look())
            {
                Assert.AreSame(outer, Tx.Current);
            }
        });

        Assert.AreSame(outer, seen);

        bool Look()
        {
            seen = Tx.Current;
            return true;
        }
    }

    private async Task<int> LimitAsync(bool async)
    {
        const string Sql = "SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'";
        return async
            ? await (await Tx.ConnectionAsync(Connect)).ExecuteScalarAsync<int>(Sql)
            : Tx.Connection(Connect).ExecuteScalar<int>(Sql);
    }
}

[TestClass]
public sealed class ExtremeTimeOnInterfaceProxyTests : ExtremeTimeSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class ExtremeTimeOnClassProxyTests : ExtremeTimeSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class ExtremeTimeOnCallTests : ExtremeTimeSpecification<CallEntry>
{
    [TestCleanup]
    public void Unconfigure() => Tx.Configure(new TxAspectsOptions());
}
