using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>The server ends a transaction that takes too long, and the unit's outcome is told right.</summary>
[TestClass]
public sealed class TransactionTimeoutEndTests : TransactionTimeoutSpecification
{
    private const string Ended = "25P04";

    private ITxUnit? _unit;

    [TestMethod]
    public async Task Unit_that_idles_beyond_the_grace_is_ended_and_told_its_deadline()
    {
        await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => RunAsync(0.5, async () =>
        {
            _unit = Tx.Current;
            var process = await TestDatabase.BackendAsync(await Tx.SessionAsync(Shop));
            await InsertAsync("tea", Shop);
            if (HasLimit)
                await Master.WaitForNoBackendAsync($"pid = {process}");
            else
                await Master.ExecuteAsync("SELECT pg_sleep(1.2)");
            Assert.AreEqual(
                !HasLimit, await Master.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {process})"));
            Time.Advance(TimeSpan.FromSeconds(1));
        }));

        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    public async Task Unit_that_goes_on_after_the_end_fails_and_keeps_nothing()
    {
        RequireLimit();

        var failure = await Assert.ThrowsAsync<Exception>(() => RunAsync(0.5, async () =>
        {
            _unit = Tx.Current;
            await IdleUntilEndedAsync();
            await InsertAsync("tea", Shop);
        }));

        AssertEnded(failure);
        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Unit_that_returns_after_the_end_certainly_keeps_nothing(bool commitsWithSave)
    {
        RequireLimit();
        await using var shop = CreateShop(commitsWithSave: commitsWithSave);

        var failure = await Assert.ThrowsAsync<Exception>(() => RunAsync(0.5, async () =>
        {
            _unit = Tx.Current;
            await IdleUntilEndedAsync(shop);
            (await Tx.SessionAsync(shop)).Add(new Order { Item = "tea" });
        }));

        AssertEnded(failure);
        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    public async Task Commit_after_the_end_certainly_keeps_nothing()
    {
        RequireLimit();

        var failure = await Assert.ThrowsAsync<Exception>(() => RunAsync(0.5, async () =>
        {
            _unit = Tx.Current;
            var process = await TestDatabase.BackendAsync(await Tx.SessionAsync(Shop));
            await InsertAsync("tea", Shop);
            await Master.WaitForNoBackendAsync($"pid = {process}");
        }));

        AssertEnded(failure);
        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    public async Task Transaction_that_started_over_is_ended_too()
    {
        RequireLimit();

        await Assert.ThrowsAsync<Exception>(() => RunAsync(0.5, async () =>
        {
            _unit = Tx.Current;
            var db = await Tx.SessionAsync(Shop);
            db.Add(new Order { Item = "bad", Quantity = -1 });
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.ChangeTracker.Clear();
            await InsertAsync("tea", Shop);
            await Master.WaitForNoBackendAsync("application_name = 'test'");
        }));

        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    public async Task What_an_early_commit_kept_is_kept_and_the_rest_is_not()
    {
        RequireLimit();

        var failure = await Assert.ThrowsAsync<Exception>(() => RunAsync(0.5, async () =>
        {
            _unit = Tx.Current;
            await InsertAsync("tea", Shop);
            await Tx.CommitAsync(Shop);
            await IdleUntilEndedAsync();
            await InsertAsync("milk", Shop);
        }));

        AssertEnded(failure);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public void Synchronous_unit_is_ended_too()
    {
        RequireLimit();

        Assert.ThrowsExactly<UnitOfWorkTimeoutException>(() => Tx.Run(
            () =>
            {
                Insert("tea", Shop);
                Master.WaitForNoBackendAsync("application_name = 'test'").Wait();
            },
            new UnitOfWorkOptions { TimeoutSeconds = 0.5 }));

        Assert.AreEqual(0, Master.CountAsync().Result);
    }

    [TestMethod]
    public async Task Statement_that_has_lifted_its_own_limit_is_ended_with_the_transaction()
    {
        // The client counts in whole seconds, and would stop it later.
        var timeout = await Assert.ThrowsExactlyAsync<UnitOfWorkTimeoutException>(() => Tx.RunAsync(
            async () =>
            {
                _unit = Tx.Current;
                var db = await Tx.SessionAsync(Shop);
                await db.Database.ExecuteSqlRawAsync("SET LOCAL statement_timeout = 0; SELECT pg_sleep(60)");
            },
            new UnitOfWorkOptions { TimeoutSeconds = 1.1 }));

        Assert.AreEqual(HasLimit, timeout.InnerException is PostgresException { SqlState: Ended }, $"{timeout.InnerException}");
        await AssertNothingIsKeptAsync();
    }

    [TestMethod]
    [DataRow("save", UnitOfWorkState.OutcomeUnknown)]
    [DataRow("carried", UnitOfWorkState.OutcomeUnknown)]
    [DataRow("carried after a query", UnitOfWorkState.OutcomeUnknown)]
    [DataRow("save, with a marker", UnitOfWorkState.RolledBack)]
    [DataRow("carried, with a marker", UnitOfWorkState.RolledBack)]
    public async Task Commit_that_is_still_at_work_then_is_unknown_unless_a_marker_tells(string way, UnitOfWorkState expected)
    {
        await Master.ExecuteAsync(
            "CREATE TABLE txaspects_commits (id uuid PRIMARY KEY, committed boolean NOT NULL, at timestamptz NOT NULL DEFAULT now())");
        var markers = way.EndsWith("marker", StringComparison.Ordinal) ? new PostgresCommitMarkers() : null;
        await using var shop = CreateShop(markers: markers, commitsWithSave: way.StartsWith("carried", StringComparison.Ordinal));
        await using var gate = await CommitGate.CloseAsync(Master);

        var unit = RunAsync(0.5, async () =>
        {
            _unit = Tx.Current;
            var db = await Tx.SessionAsync(shop);
            if (way.EndsWith("query", StringComparison.Ordinal))
                _ = await db.Orders.CountAsync();
            db.Add(new Order { Item = "tea" });
            if (way.StartsWith("save", StringComparison.Ordinal))
                await db.SaveChangesAsync();
        });
        if (!HasLimit)
        {
            await gate.WaitForCommitAsync();
            await gate.OpenAsync();
            await unit;
            Assert.AreEqual("tea", await Master.ItemsAsync());
            return;
        }

        var failure = await Assert.ThrowsAsync<Exception>(() => unit);

        Assert.AreEqual(expected is UnitOfWorkState.OutcomeUnknown, failure is CommitOutcomeUnknownException, $"{failure}");
        AssertEnded(failure);
        Assert.AreEqual(expected, _unit!.State);
        Assert.AreEqual("", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Limit_of_the_servers_own_is_transient()
    {
        RequireLimit();
        await using var shop = Master.Create(configure: settings => settings.Options = "-c transaction_timeout=400");
        var attempts = 0;

        await Tx.RunAsync(
            async () =>
            {
                if (++attempts == 1)
                    await IdleUntilEndedAsync(shop);
                await InsertAsync("tea", shop);
            },
            new UnitOfWorkOptions { MaxRetries = 1 });

        Assert.AreEqual(2, attempts);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    private static void AssertEnded(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is PostgresException { SqlState: Ended })
                return;
        }

        Assert.Fail($"The server's answer is not told: {failure}");
    }

    private void Insert(string item, DbConnect<ShopContext> connect)
    {
        var db = Tx.Session(connect);
        db.Add(new Order { Item = item });
        db.SaveChanges();
    }

    private async Task AssertNothingIsKeptAsync()
    {
        Assert.AreEqual(UnitOfWorkState.RolledBack, _unit!.State);
        Assert.AreEqual(UnitOfWorkState.RolledBack, _unit.Outcome!.State);
        Assert.AreEqual("", await Master.ItemsAsync());
        await Tx.RunAsync(() => InsertAsync("after", Shop));
        Assert.AreEqual("after", await Master.ItemsAsync());
    }
}
