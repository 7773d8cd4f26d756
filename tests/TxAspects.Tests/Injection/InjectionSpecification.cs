using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TxAspects.Tests;

/// <summary>A connect that is registered in a container, and its context, which is the session of the unit.</summary>
public abstract class InjectionSpecification : DatabaseTests
{
    protected abstract TestContainer Build(Action<TestRegistrations> register);

    [TestMethod]
    public async Task Injected_context_is_the_session_of_the_unit()
    {
        await using var container = BuildShop(register => register.AddScoped<Repository>());
        var connect = container.Resolve<DbConnect<ShopContext>>();

        await Tx.RunAsync(async () =>
        {
            await using var scope = container.BeginScope();
            scope.Resolve<Repository>().Db.Orders.Add(new Order { Item = "tea" });
            Assert.AreSame(await Tx.SessionAsync(connect), scope.Resolve<ShopContext>());
        });
        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await using var scope = container.BeginScope();
            scope.Resolve<Repository>().Db.Orders.Add(new Order { Item = "lost" });
            await scope.Resolve<Repository>().Db.SaveChangesAsync();
            throw new OutOfStockException();
        }));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Scope_that_ends_in_the_unit_does_not_touch_the_session()
    {
        await using var container = BuildShop();

        await Tx.RunAsync(async () =>
        {
            ShopContext db;
            await using (var scope = container.BeginScope())
            {
                db = scope.Resolve<ShopContext>();
                db.Orders.Add(new Order { Item = "tea" });
                await db.SaveChangesAsync();
            }

            db.Orders.Add(new Order { Item = "coffee" });
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Scope_that_ends_late_does_not_touch_the_unit_that_has_the_context_by_then()
    {
        await using var container = BuildShop();
        var late = container.BeginScope();
        ShopContext? first = null;
        await Tx.RunAsync(async () =>
        {
            first = late.Resolve<ShopContext>();
            await first.Orders.CountAsync();
        });

        await Tx.RunAsync(async () =>
        {
            await using var scope = container.BeginScope();
            var second = scope.Resolve<ShopContext>();
            Assert.AreSame(first, second);
            second.Orders.Add(new Order { Item = "tea" });
            await second.SaveChangesAsync();
            await late.DisposeAsync();
            second.Orders.Add(new Order { Item = "coffee" });
        });

        Assert.AreEqual("coffee,tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Many_scopes_and_units_at_once_keep_their_work_apart()
    {
        await using var container = BuildShop(register => register.AddScoped<Repository>());
        var late = new List<TestContainer>();

        await Task.WhenAll(Enumerable.Range(0, 200).Select(number => Task.Run(async () =>
        {
            var scope = container.BeginScope();
            try
            {
                await Tx.RunAsync(async () =>
                {
                    var db = scope.Resolve<Repository>().Db;
                    db.Orders.Add(new Order { Item = number % 2 == 0 ? "kept" : "lost" });
                    await db.SaveChangesAsync();
                    if (number % 2 != 0)
                        throw new OutOfStockException();
                });
            }
            catch (OutOfStockException)
            {
            }

            if (number % 3 == 0)
                await scope.DisposeAsync();
            else
                lock (late)
                    late.Add(scope);
        })));
        foreach (var scope in late)
            await scope.DisposeAsync();

        Assert.AreEqual(100, await Master.CountAsync("kept"));
        Assert.AreEqual(0, await Master.CountAsync("lost"));
    }

    [TestMethod]
    public async Task Context_outside_units_is_refused_with_the_remedy()
    {
        await using var container = BuildShop(register => register.AddScoped<Repository>());
        await using var scope = container.BeginScope();

        var failure = Assert.Throws<Exception>(() => scope.Resolve<Repository>());

        Assert.IsInstanceOfType<NoUnitOfWorkException>(failure.GetBaseException());
        StringAssert.StartsWith(
            failure.GetBaseException().Message,
            "The container was asked for a 'ShopContext', which is the session of 'shop' in a unit of work, but none is open.");
        StringAssert.Contains(failure.GetBaseException().Message, "IDbContextFactory<ShopContext>");
    }

    [TestMethod]
    public async Task Context_that_is_not_pooled_is_refused_with_the_remedy_and_the_unit_goes_on()
    {
        await using var container = Build(register => register.AddConnect(
            "shop", request => PostgresConnect.Create(request, new PostgresConnectOptions<ShopContext> { Pooling = false }),
            Master.ConnectionString));
        var connect = container.Resolve<DbConnect<ShopContext>>();

        await Tx.RunAsync(async () =>
        {
            await using (var scope = container.BeginScope())
            {
                var failure = Assert.Throws<Exception>(() => scope.Resolve<ShopContext>()).GetBaseException();
                Assert.IsInstanceOfType<SessionException>(failure);
                StringAssert.Contains(failure.Message, "is not pooled");
            }

            await InsertAsync("tea", connect);
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Factory_makes_a_context_of_its_own_each_time_whose_saves_commit_by_themselves()
    {
        await using var container = BuildShop();
        var factory = container.Resolve<IDbContextFactory<ShopContext>>();

        await Assert.ThrowsExactlyAsync<OutOfStockException>(() => Tx.RunAsync(async () =>
        {
            await using var one = await factory.CreateDbContextAsync();
            using var other = factory.CreateDbContext();
            Assert.AreNotSame(one, other);
            one.Orders.Add(new Order { Item = "tea" });
            await one.SaveChangesAsync();
            await using (var transaction = await other.Database.BeginTransactionAsync())
            {
                other.Orders.Add(new Order { Item = "lost" });
                await other.SaveChangesAsync();
            }

            throw new OutOfStockException();
        }));

        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_string_is_configured_by_name()
    {
        await using var container = Build(register =>
        {
            register.AddConnectionString("shop", Master.ConnectionString);
            register.AddConnect("shop", PostgresConnect.Create<ShopContext>);
        });

        await Tx.RunAsync(() => InsertAsync("tea", container.Resolve<DbConnect<ShopContext>>()));

        Assert.AreEqual("shop", container.Resolve<DbConnect<ShopContext>>().Name);
        Assert.AreEqual("tea", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Connection_string_that_is_missing_is_named()
    {
        await using var container = Build(register => register.AddConnect("shop", PostgresConnect.Create<ShopContext>));

        var failure = Assert.Throws<Exception>(() => container.Resolve<DbConnect<ShopContext>>()).GetBaseException();

        Assert.IsInstanceOfType<TxAspectsConfigurationException>(failure);
        StringAssert.Contains(failure.Message, "'ConnectionStrings:shop'");
    }

    [TestMethod]
    public async Task Interceptors_and_the_logger_come_from_the_container()
    {
        var log = new LogRecorder();
        var counter = new CommandCounter();
        await using var container = Build(register =>
        {
            register.AddSingleton<ILoggerFactory>(log);
            register.AddSingleton(counter);
            register.AddConnect(
                "shop",
                request => PostgresConnect.Create(request, new PostgresConnectOptions<ShopContext>
                {
                    ConfigureContext = options => options.AddInterceptors(
                        (CommandCounter)request.Services.GetService(typeof(CommandCounter))!),
                }),
                Master.ConnectionString);
        });

        await Tx.RunAsync(async () => await (await Tx.SessionAsync(container.Resolve<DbConnect<ShopContext>>())).Orders.CountAsync());

        Assert.AreEqual(1, counter.Count);
        Assert.AreEqual(1, log.Messages.Count(message => message.Text.StartsWith("Executed DbCommand", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Session_is_made_with_what_the_container_has()
    {
        await using var container = Build(register =>
        {
            register.AddSingleton(new Tenant(7));
            register.AddConnect(
                "shop",
                request => PostgresConnect.Create(request, new PostgresConnectOptions<OwnContext>
                {
                    CreateSession = options => new OwnContext(options, (Tenant)request.Services.GetService(typeof(Tenant))!),
                }),
                Master.ConnectionString);
        });

        await Tx.RunAsync(async () => Assert.AreEqual(
            7, (await Tx.SessionAsync(container.Resolve<DbConnect<OwnContext>>())).Tenant.Number));
    }

    [TestMethod]
    public async Task Container_disposes_the_connect()
    {
        var container = BuildShop();
        var connect = container.Resolve<DbConnect<ShopContext>>();
        await Tx.RunAsync(() => InsertAsync("tea", connect));

        await container.DisposeAsync();

        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => Tx.RunAsync(() => InsertAsync("coffee", connect)));
    }

    [TestMethod]
    public async Task Connects_of_one_context_type_are_told_apart_by_their_names()
    {
        await using var archive = await TestDatabase.CreateAsync("archive");
        await using var container = Build(register =>
        {
            register.AddConnect("shop", PostgresConnect.Create<ShopContext>, Master.ConnectionString);
            register.AddConnect("archive", PostgresConnect.Create<ShopContext>, archive.ConnectionString);
        });

        await Tx.RunAsync(async () =>
        {
            await using var scope = container.BeginScope();
            scope.Resolve<ShopContext>().Orders.Add(new Order { Item = "tea" });
            scope.Resolve<ShopContext>("archive").Orders.Add(new Order { Item = "coffee" });
            Assert.AreSame(scope.Resolve<ShopContext>("shop"), scope.Resolve<ShopContext>());
        });

        Assert.AreEqual("tea", await Master.ItemsAsync());
        Assert.AreEqual("coffee", await archive.ItemsAsync());
        Assert.AreSame(container.Resolve<DbConnect>("archive"), container.Resolve<DbConnect<ShopContext>>("archive"));
    }

    [TestMethod]
    public void Second_connect_of_a_name_is_refused()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => Build(register =>
        {
            register.AddConnect("shop", PostgresConnect.Create<ShopContext>, Master.ConnectionString);
            register.AddConnect("shop", PostgresConnect.Create<OwnContext>, Master.ConnectionString);
        }));

        StringAssert.Contains(refused.Message, "Two connects are named 'shop'");
    }

    [TestMethod]
    public void Context_that_is_registered_in_another_way_too_is_a_finding_that_names_who_depends_on_it()
    {
        var refused = Assert.ThrowsExactly<TxAspectsConfigurationException>(() => BuildShop(register =>
        {
            register.AddScoped<ShopContext>();
            register.AddSingleton(new DbContextOptionsBuilder<ShopContext>().UseNpgsql().Options);
            register.AddScoped<Repository>();
        }));

        StringAssert.Contains(refused.Message, "'ShopContext' is the context of a connect and is registered in another way too");
        StringAssert.Contains(refused.Message, "'Repository' gets one outside its unit of work");
        StringAssert.Contains(refused.Message, "ConvertToTxConnect");
    }

    [TestMethod]
    public async Task Context_that_no_connect_has_may_be_registered_as_ever()
    {
        await using var container = BuildShop(register =>
        {
            register.AddScoped<ForeignContext>();
            register.AddScoped<ForeignRepository>();
            register.AddSingleton(new DbContextOptionsBuilder<ForeignContext>().UseNpgsql().Options);
        });
        await using var scope = container.BeginScope();

        Assert.IsNotNull(scope.Resolve<ForeignRepository>().Db);
    }

    private TestContainer BuildShop(Action<TestRegistrations>? more = null)
        => Build(register =>
        {
            register.AddConnect("shop", PostgresConnect.Create<ShopContext>, Master.ConnectionString);
            more?.Invoke(register);
        });

    public sealed class Repository(ShopContext db)
    {
        public ShopContext Db => db;
    }

    public sealed class ForeignRepository(ForeignContext db)
    {
        public ForeignContext Db => db;
    }

    public sealed class ForeignContext(DbContextOptions<ForeignContext> options) : DbContext(options);

    public sealed class OwnContext(DbContextOptions<OwnContext> options, Tenant tenant) : DbContext(options)
    {
        public Tenant Tenant => tenant;
    }

    public sealed record Tenant(int Number);

    private sealed class CommandCounter : DbCommandInterceptor
    {
        private int _count;

        public int Count => _count;

        public override ValueTask<InterceptionResult<System.Data.Common.DbDataReader>> ReaderExecutingAsync(
            System.Data.Common.DbCommand command, CommandEventData eventData,
            InterceptionResult<System.Data.Common.DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _count);
            return new(result);
        }
    }
}
