using Autofac;
using Microsoft.EntityFrameworkCore;
using TxAspects.Testing.Tests.Shop;

namespace TxAspects.Testing.Tests.SetUps;

/// <summary>Where one connection cannot show what production does, the test is told so, and which set-up can.</summary>
[TestClass]
public sealed class TransactionalLimitsTests
{
    private static readonly TransactionalTestOptions Hurried = new() { TimeForTurn = TimeSpan.FromMilliseconds(200) };

    private static readonly UnitOfWorkOptions Inner = new() { Name = "inner", Propagation = Propagation.RequiresNew };

    private DbConnect<ShopContext> _connect = null!;
    private string _connectionString = null!;

    [TestInitialize]
    public async Task ConnectAsync()
    {
        _connectionString = (await ShopServer.SharedAsync()).ConnectionString;
        _connect = ShopServer.Connect(_connectionString);
    }

    [TestCleanup]
    public async Task AssertNothingStaysAsync()
    {
        Assert.AreEqual("", await ShopServer.CommittedAsync(_connectionString));
        await _connect.DisposeAsync();
    }

    [TestMethod]
    public async Task Rollback_around_a_new_context_that_committed_is_an_error_from_then_on()
    {
        await using var services = ShopServer.Build(_connect);
        var test = await TransactionalTest.BeginAsync(_connect);

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            () => services.Resolve<IOrderService>().PlaceThenAuditAsync(new Order { Item = "tea" }, fail: true));

        var next = await Assert.ThrowsExactlyAsync<TestSetUpException>(() => test.Session(_connect).Orders.CountAsync());
        AssertNames(next, "'OrderService.PlaceThenAuditAsync'", "'AuditService.RecordAsync'");
        var end = await Assert.ThrowsExactlyAsync<TestVerificationException>(() => test.DisposeAsync().AsTask());
        AssertNames(end, "'OrderService.PlaceThenAuditAsync'", "'AuditService.RecordAsync'");
    }

    [TestMethod]
    public async Task Nested_call_that_takes_a_new_context_with_it_is_an_error_at_the_commit()
    {
        var test = await TransactionalTest.BeginAsync(_connect);

        var failure = await Assert.ThrowsExactlyAsync<TestSetUpException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("a");
            try
            {
                await Tx.RunAsync(
                    async () =>
                    {
                        await Tx.RunAsync(() => InsertAsync("b"), Inner);
                        throw new InvalidOperationException();
                    },
                    new UnitOfWorkOptions { Propagation = Propagation.Nested });
            }
            catch (InvalidOperationException)
            {
                // The outer unit goes on.
            }
        }));

        AssertNames(failure, "inner");
        await Assert.ThrowsExactlyAsync<TestVerificationException>(() => test.DisposeAsync().AsTask());
    }

    [TestMethod]
    public async Task Unit_that_commits_around_an_open_session_in_hand_is_an_error()
    {
        var test = await TransactionalTest.BeginAsync(_connect);

        var failure = await Assert.ThrowsExactlyAsync<TestSetUpException>(() => Tx.RunAsync(
            async () =>
            {
                await InsertAsync("a");
                var db = await Tx.NewSessionAsync(_connect);
                await db.Orders.CountAsync();
            },
            new UnitOfWorkOptions { Name = "outer" }));

        AssertNames(failure, "outer");
        await Assert.ThrowsExactlyAsync<TestVerificationException>(() => test.DisposeAsync().AsTask());
    }

    [TestMethod]
    public async Task Unit_that_begins_while_a_session_in_hand_is_open_waits_for_its_turn_and_no_longer()
    {
        var test = await TransactionalTest.BeginAsync(_connect, Hurried);
        await using (var db = await Tx.NewSessionAsync(_connect))
        {
            db.Orders.Add(new Order { Item = "a" });
            await db.SaveChangesAsync();

            var failure = await Assert.ThrowsExactlyAsync<TestSetUpException>(
                () => Tx.RunAsync(() => ReadAsync(id: 1), new UnitOfWorkOptions { Name = "unit" }));

            AssertNames(failure, "unit", "a session outside any unit");
            await db.RollbackAsync();
        }

        await Tx.RunAsync(() => InsertAsync("b"));
        await test.DisposeAsync();
    }

    [TestMethod]
    public async Task Read_beside_a_session_in_hand_loses_nothing_and_a_write_does()
    {
        var test = await TransactionalTest.BeginAsync(_connect);
        await Tx.RunAsync(async () =>
        {
            await InsertAsync("a");
            await using var db = await Tx.NewSessionAsync(_connect);
            db.Orders.Add(new Order { Item = "b" });
            await db.SaveChangesAsync();
            await (await Tx.SessionAsync(_connect)).Orders.CountAsync();
            await db.RollbackAsync();
        });
        Assert.AreEqual("a", await ShopServer.ItemsAsync(test.Session(_connect)));

        await Assert.ThrowsExactlyAsync<TestSetUpException>(() => Tx.RunAsync(async () =>
        {
            await InsertAsync("c");
            await using var db = await Tx.NewSessionAsync(_connect);
            await db.Orders.CountAsync();
            await InsertAsync("d");
            await db.RollbackAsync();
        }));
        await Assert.ThrowsExactlyAsync<TestVerificationException>(() => test.DisposeAsync().AsTask());
    }

    [TestMethod]
    public async Task New_context_while_a_reader_is_open_is_an_error()
    {
        var test = await TransactionalTest.BeginAsync(_connect, Hurried);
        await Tx.RunAsync(() => InsertAsync("a"));

        await Tx.RunAsync(
            async () =>
            {
                await foreach (var order in (await Tx.SessionAsync(_connect)).Orders.AsAsyncEnumerable())
                {
                    var failure = await Assert.ThrowsExactlyAsync<TestSetUpException>(
                        () => Tx.RunAsync(() => ReadAsync(order.Id), Inner));
                    AssertNames(failure, "inner", "a reader that is still open");
                }
            });

        await test.DisposeAsync();
    }

    [TestMethod]
    public async Task COMMIT_sent_as_a_command_is_found()
    {
        await using var database = await (await ShopServer.TemplateAsync()).CreateDatabaseAsync();
        await using var connect = ShopServer.Connect(database.ConnectionString);
        var test = await TransactionalTest.BeginAsync(connect);
        await test.Session(connect).Database.ExecuteSqlRawAsync("INSERT INTO orders (item, quantity) VALUES ('escaped', 1)");

        await test.Session(connect).Database.ExecuteSqlRawAsync("COMMIT");

        var failure = await Assert.ThrowsExactlyAsync<TestVerificationException>(() => test.DisposeAsync().AsTask());
        StringAssert.Contains(failure.Message, "has ended");
        Assert.AreEqual("escaped", await ShopServer.CommittedAsync(database.ConnectionString));
    }

    [TestMethod]
    public async Task Connection_that_was_lost_is_not_opened_again()
    {
        var test = await TransactionalTest.BeginAsync(_connect);
        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(_connect);
            await db.Orders.CountAsync();
            await Assert.ThrowsAsync<Exception>(() => db.Database.ExecuteSqlRawAsync("SELECT pg_terminate_backend(pg_backend_pid())"));
            Tx.SetRollbackOnly("the connection is gone");
        });

        var failure = await Assert.ThrowsAsync<Exception>(() => Tx.RunAsync(() => InsertAsync("a")));
        StringAssert.Contains(failure.GetBaseException().Message, "has ended");
        await Assert.ThrowsExactlyAsync<TestVerificationException>(() => test.DisposeAsync().AsTask());
    }

    [TestMethod]
    public async Task Context_that_was_made_elsewhere_is_refused()
    {
        await using var test = await TransactionalTest.BeginAsync(_connect);
        await using var own = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseNpgsql(_connectionString).Options);

        await Tx.RunAsync(() =>
        {
            Assert.ThrowsExactly<SessionException>(() => Tx.AttachSession(_connect, own));
            return Task.CompletedTask;
        });
    }

    [TestMethod]
    public async Task One_test_at_a_time_has_a_connect()
    {
        await using var test = await TransactionalTest.BeginAsync(_connect);

        var failure = await Assert.ThrowsExactlyAsync<TestSetUpException>(() => TransactionalTest.BeginAsync(_connect));

        StringAssert.Contains(failure.Message, "'shop'");
        StringAssert.Contains(failure.Message, "[DoNotParallelize]");
        StringAssert.Contains(failure.Message, "committing set-up");
    }

    [TestMethod]
    public async Task Transactional_test_and_a_redirection_that_flows_do_not_share_a_connect()
    {
        var database = await ShopServer.SharedAsync();
        await using (await TransactionalTest.BeginAsync(_connect))
        {
            Assert.ThrowsExactly<TestSetUpException>(() => database.RedirectHere(_connect));
            Assert.ThrowsExactly<TestSetUpException>(() => database.Redirect(_connect));
        }

        var led = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var other = Task.Run(async () =>
        {
            using var redirection = database.RedirectHere(_connect);
            led.SetResult();
            await done.Task;
        });
        await led.Task;
        await Assert.ThrowsExactlyAsync<TestSetUpException>(() => TransactionalTest.BeginAsync(_connect));
        done.SetResult();
        await other;
        await (await TransactionalTest.BeginAsync(_connect)).DisposeAsync();
    }

    [TestMethod]
    public async Task Connects_of_their_own_run_at_the_same_time()
        => await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            await using var connect = ShopServer.Connect(_connectionString);
            await TransactionalTest.RunAsync(connect, async test =>
            {
                await Tx.RunAsync(async () => (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = $"tea {i}" }));
                Assert.AreEqual($"tea {i}", await ShopServer.ItemsAsync(test.Session(connect)));
            });
        }));

    [TestMethod]
    public async Task Failure_of_the_body_is_what_its_caller_gets()
        => await Assert.ThrowsExactlyAsync<AssertFailedException>(() => TransactionalTest.RunAsync(_connect, async test =>
        {
            var db = await Tx.NewSessionAsync(_connect);
            db.Orders.Add(new Order { Item = "left" });
            Assert.Fail("This one.");
        }));

    private static void AssertNames(Exception failure, params string[] names)
    {
        StringAssert.Contains(failure.Message, "committing set-up");
        foreach (var name in names)
            StringAssert.Contains(failure.Message, name);
    }

    private async Task InsertAsync(string item)
    {
        var db = await Tx.SessionAsync(_connect);
        db.Orders.Add(new Order { Item = item });
        await db.SaveChangesAsync();
    }

    private async Task ReadAsync(int id) => await (await Tx.SessionAsync(_connect)).Orders.SingleAsync(order => order.Id == id);
}
