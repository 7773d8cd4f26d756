using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TxAspects.Testing;

namespace TxAspects.Tests;

/// <summary>A connect is told EF Core's options as any context is.</summary>
[TestClass]
public sealed class ConnectSettingsTests : DatabaseTests
{
    [TestMethod]
    public async Task Options_of_the_context_hold_for_sessions_and_contexts_alike()
    {
        var lines = new List<string>();
        await using var connect = PostgresConnect.Create<ShopContext>(Master.ConnectionString, new()
        {
            ConfigureContext = options => options.UseNpgsql("Host=nowhere")
                .LogTo(line => { lock (lines) lines.Add(line); }, LogLevel.Information)
                .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking),
        });

        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            Assert.AreEqual(QueryTrackingBehavior.NoTracking, db.ChangeTracker.QueryTrackingBehavior);
            await db.Orders.CountAsync();
        });
        await using var own = await connect.ContextFactory.CreateDbContextAsync();
        await own.Orders.CountAsync();

        Assert.AreEqual(2, lines.Count(line => line.Contains("Executed DbCommand", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Name_alone_can_be_given()
    {
        await using var one = PostgresConnect.Create<ShopContext>(Master.ConnectionString, "one");
        await using var cluster = PostgresConnect.CreateCluster<ShopContext>(Master.ConnectionString, "cluster");

        Assert.AreEqual("one", one.Name);
        Assert.AreEqual("cluster", cluster.Name);
    }

    [TestMethod]
    public async Task Logger_comes_from_the_services_that_are_given()
    {
        var log = new LogRecorder();
        await using var services = new ServiceCollection().AddSingleton<ILoggerFactory>(_ => log).BuildServiceProvider();
        await using var connect = PostgresConnect.Create<ShopContext>(Master.ConnectionString, new() { Services = services });

        await Tx.RunAsync(async () => await (await Tx.SessionAsync(connect)).Orders.CountAsync());

        Assert.IsTrue(log.Messages.Any(message => message.Text.StartsWith("Executed DbCommand", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Pooling_can_be_turned_off(bool pooling)
    {
        await using var connect = PostgresConnect.Create<ShopContext>(Master.ConnectionString, new() { Pooling = pooling });

        var first = await Tx.RunAsync(async () => await Tx.SessionAsync(connect));
        var second = await Tx.RunAsync(async () => await Tx.SessionAsync(connect));

        Assert.AreEqual(pooling, ReferenceEquals(first, second));
    }

    [TestMethod]
    public async Task Settings_that_every_connect_has_reach_it()
    {
        var prepared = 0;
        var reset = 0;
        await using var connect = PostgresConnect.Create<ShopContext>(Master.ConnectionString, new()
        {
            Name = "orders",
            Reset = _ => reset++,
            BeforeCreateSession = (_, _) => { prepared++; return default; },
        });

        await Tx.RunAsync(async () => await (await Tx.SessionAsync(connect)).Orders.CountAsync());
        using (connect.ContextFactory.CreateDbContext())
        {
        }

        Assert.AreEqual(("orders", 2, 1), (connect.Name, prepared, reset));
    }

    [TestMethod]
    public void Options_for_the_other_kind_of_connect_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(
            () => PostgresConnect.Create<ShopContext>("Host=a", new() { ReadYourWrites = TimeSpan.Zero }));
        Assert.ThrowsExactly<ArgumentException>(
            () => PostgresConnect.CreateCluster<ShopContext>("Host=a,b;Timeout=2", new() { ThroughPgBouncer = true }));
    }

    [TestMethod]
    public async Task Two_connects_of_one_name_are_refused_in_one_unit()
    {
        await using var other = Master.Create();

        await Tx.RunAsync(async () =>
        {
            await InsertAsync("tea");
            var refused = await Assert.ThrowsExactlyAsync<SessionException>(async () => await Tx.SessionAsync(other));
            StringAssert.Contains(refused.Message, "is named 'master' as well");
            await using var session = await Tx.NewSessionAsync(other);
            Assert.ThrowsExactly<SessionException>(() => Tx.AttachSession(other, session));
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Context_outside_sessions_is_in_a_transactional_test_as_well()
    {
        await using var connect = PostgresConnect.Create<ShopContext>(Master.ConnectionString, new() { Name = "shop" });
        await using (var test = await TransactionalTest.BeginAsync(connect))
        {
            await using (var db = await connect.ContextFactory.CreateDbContextAsync())
            {
                db.Orders.AddRange(new Order { Item = "tea" }, new Order { Item = "coffee" });
                await db.SaveChangesAsync();
            }

            await Tx.RunAsync(() => InsertAsync("milk", connect));
            Assert.AreEqual(3, await (await test.SessionAsync(connect)).Orders.CountAsync());
        }

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Context_outside_sessions_keeps_its_engine_until_it_is_disposed()
    {
        var connect = PostgresConnect.Create<ShopContext>(Master.ConnectionString);
        await using (var db = await connect.ContextFactory.CreateDbContextAsync())
        {
            await connect.DisposeAsync();
            Assert.AreEqual(0, await db.Orders.CountAsync());
        }

        Assert.ThrowsExactly<ObjectDisposedException>(() => connect.ContextFactory.CreateDbContext());
    }
}
