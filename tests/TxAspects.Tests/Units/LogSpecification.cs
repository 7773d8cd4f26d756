using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>What would otherwise be lost goes to the log.</summary>
public abstract class LogSpecification<TEntry> : UnitSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly LogRecorder _log = new();
    private IUnits? _units;

    private new IUnits Units => _units ??= ConfiguredUnits.Create<TEntry>(new TxAspectsOptions { LoggerFactory = _log });

    [TestCleanup]
    public void ForgetProcessOptions() => Tx.Configure(new TxAspectsOptions());

    [TestMethod]
    public async Task Doom_is_logged_at_once_with_its_cause()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            Assert.IsEmpty(_log.Messages);
            await SwallowAsync(() => Units.MandatoryAsync(() => throw Failure));

            var message = _log.Messages.Single();
            Assert.AreEqual(LogLevel.Warning, message.Level);
            Assert.AreSame(Failure, message.Exception);
            StringAssert.Contains(message.Text, NameOf("RequiredAsync"));
            StringAssert.Contains(message.Text, NameOf("MandatoryAsync"));
        }));

        Assert.HasCount(1, _log.Messages);
    }

    [TestMethod]
    public void Doom_of_a_synchronous_unit_is_logged_at_once()
        => Assert.ThrowsExactly<UnitOfWorkDoomedException>(() => Units.Required(() =>
        {
            Swallow(() => Units.Mandatory(() => throw Failure));
            Assert.AreSame(Failure, _log.Messages.Single().Exception);
        }));

    [TestMethod]
    public async Task Inner_request_to_roll_back_is_logged_with_its_reason()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkDoomedException>(() => Units.RequiredAsync(async () =>
        {
            await Units.MandatoryAsync(() =>
            {
                Tx.SetRollbackOnly("no tea");
                return Task.CompletedTask;
            });
            StringAssert.Contains(_log.Messages.Single().Text, "no tea");
        }));
    }

    [TestMethod]
    public async Task Units_that_commit_or_roll_back_as_they_should_are_not_logged()
    {
        await Units.RequiredAsync(() => InsertAsync("tea"));
        await SwallowAsync(() => Units.RequiredAsync(() => InsertAndFailAsync("tea")));
        await Units.RequiredAsync(() => SwallowAsync(() => Units.NestedAsync(() => InsertAndFailAsync("tea"))));

        Assert.IsEmpty(_log.Messages);
    }

    [TestMethod]
    public async Task Every_hook_that_throws_after_the_end_is_logged()
    {
        var second = new InvalidOperationException();

        await Units.RequiredAsync(() =>
        {
            Tx.OnCommitted(() => throw Failure);
            Tx.OnCommitted(() => Task.FromException(second));
            return Task.CompletedTask;
        });

        CollectionAssert.AreEqual(new Exception[] { Failure, second }, _log.Messages.Select(message => message.Exception).ToArray());
        Assert.IsTrue(_log.Messages.All(message => message.Level == LogLevel.Error));
    }

    [TestMethod]
    public async Task Rolled_back_hook_that_throws_is_logged()
    {
        var hook = new InvalidOperationException();

        await SwallowAsync(() => Units.RequiredAsync(() =>
        {
            Tx.OnRolledBack(() => throw hook);
            throw Failure;
        }));

        Assert.AreSame(hook, _log.Messages.Single().Exception);
    }

    [TestMethod]
    public async Task Commit_that_fails_after_a_listed_exception_is_logged()
    {
        await Master.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        await Assert.ThrowsExactlyAsync<ApplicationException>(() => Units.CommitOnApplicationExceptionAsync(async () =>
        {
            await AddAsync(new Order { Item = "second", Slot = 1 });
            throw new ApplicationException();
        }));

        var message = _log.Messages.Single();
        Assert.AreEqual(LogLevel.Error, message.Level);
        Assert.IsInstanceOfType<Npgsql.PostgresException>(message.Exception);
        StringAssert.Contains(message.Text, NameOf("CommitOnApplicationExceptionAsync"));
    }

    [TestMethod]
    public async Task Rollback_that_fails_is_logged_and_the_users_exception_arrives()
    {
        await SwallowAsync(() => Units.RequiredAsync(async () =>
        {
            await InsertAsync("tea");
            var db = await Tx.SessionAsync(Connect);
            var pid = (await db.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").ToListAsync()).Single();
            Assert.IsTrue(await Master.ScalarAsync<bool>($"SELECT pg_terminate_backend({pid}, 10000)"));
            throw Failure;
        }));

        var message = _log.Messages.First();
        Assert.AreEqual(LogLevel.Error, message.Level);
        Assert.IsNotNull(message.Exception);
        StringAssert.Contains(message.Text, Connect.Name);
        StringAssert.Contains(message.Text, NameOf("RequiredAsync"));
    }

    [TestMethod]
    public async Task Unit_committed_in_part_logs_that_its_hooks_do_not_run()
    {
        var archive = await CreateArchiveAsync();
        await archive.ExecuteAsync("INSERT INTO orders (item, quantity, slot) VALUES ('first', 1, 1)");

        await Assert.ThrowsExactlyAsync<PartialCommitException>(() => Units.RequiredAsync(async () =>
        {
            Tx.OnCommitted(() => { });
            await InsertAsync("kept");
            await AddAsync(new Order { Item = "refused", Slot = 1 }, archive.Connect);
        }));

        StringAssert.Contains(_log.Messages.Single().Text, nameof(UnitOfWorkState.PartlyCommitted));
    }
}

[TestClass]
public sealed class LogOnInterfaceProxyTests : LogSpecification<InterfaceProxyEntry>;

[TestClass]
public sealed class LogOnClassProxyTests : LogSpecification<ClassProxyEntry>;

[TestClass]
[DoNotParallelize]
public sealed class LogOnCallTests : LogSpecification<CallEntry>;
