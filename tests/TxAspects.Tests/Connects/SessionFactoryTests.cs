using Microsoft.EntityFrameworkCore;

namespace TxAspects.Tests;

/// <summary>How a connect makes its contexts.</summary>
[TestClass]
public sealed class SessionFactoryTests : DatabaseTests
{
    private readonly List<TenantContext> _made = [];
    private int _disposed;

    [TestMethod]
    public async Task Context_with_a_second_constructor_parameter_is_made_by_CreateSession()
    {
        await using var connect = ConnectTenants(NewTenant);

        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            Assert.AreEqual("acme", db.Tenant);
            db.Orders.Add(new TenantOrder { Item = db.Tenant });
        });

        Assert.AreEqual("acme", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Context_made_by_CreateSession_is_rolled_back_like_any_other()
    {
        await using var connect = ConnectTenants(NewTenant);

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            db.Orders.Add(new TenantOrder { Item = "tea" });
            await db.SaveChangesAsync();
            throw new TimeoutException();
        }));

        Assert.AreEqual(0, await Master.CountAsync());
    }

    [TestMethod]
    public async Task Every_unit_gets_a_context_of_its_own_and_disposes_it()
    {
        await using var connect = ConnectTenants(NewTenant);

        for (var unit = 0; unit < 2; unit++)
            await Tx.RunAsync(async () => Assert.AreEqual(0, await (await Tx.SessionAsync(connect)).Orders.CountAsync()));
        Tx.Run(() => Assert.AreEqual(0, Tx.Session(connect).Orders.Count()));

        Assert.HasCount(3, _made.Distinct());
        Assert.AreEqual(3, _disposed);
    }

    [TestMethod]
    public async Task Context_that_cannot_be_pooled_is_refused_with_its_name_and_the_remedy()
    {
        await using var connect = ConnectTenants(createSession: null);

        var refused = await Assert.ThrowsExactlyAsync<SessionException>(
            () => Tx.RunAsync(async () => await Tx.SessionAsync(connect)));

        StringAssert.Contains(refused.Message, "'TenantContext'");
        StringAssert.Contains(refused.Message, "CreateSession");
    }

    [TestMethod]
    public async Task Context_made_with_other_options_than_those_given_is_refused_with_the_remedy()
    {
        await using var connect = ConnectTenants(_ => NewTenant(
            new DbContextOptionsBuilder<TenantContext>().UseNpgsql(Master.ConnectionString).Options));

        var refused = await Assert.ThrowsExactlyAsync<SessionException>(
            () => Tx.RunAsync(async () => await Tx.SessionAsync(connect)));

        StringAssert.Contains(refused.Message, "'tenants'");
        StringAssert.Contains(refused.Message, "CreateSession");
        Assert.AreEqual(1, _disposed);
    }

    [TestMethod]
    public async Task CreateSession_that_throws_leaves_no_session_and_no_lease()
    {
        var connect = ConnectTenants(_ => throw new TimeoutException());

        await Assert.ThrowsExactlyAsync<TimeoutException>(() => Tx.RunAsync(async () => await Tx.SessionAsync(connect)));

        await connect.DisposeAsync();
        await Assert.ThrowsExactlyAsync<ObjectDisposedException>(() => Tx.NewSessionAsync(connect).AsTask());
    }

    [TestMethod]
    public async Task Configured_retries_do_not_break_a_unit()
    {
        await using var connect = ConnectRetrying();

        await Tx.RunAsync(async () =>
        {
            var db = await Tx.SessionAsync(connect);
            Assert.AreEqual(0, await db.Orders.CountAsync());
            await InsertAsync("one", connect);
            Assert.AreEqual(1, await db.Orders.CountAsync());
            await Tx.AtomicAsync(connect, _ => InsertAsync("two", connect));
            await Tx.AtomicAsync(connect, _ => InsertAsync("three", connect), WhenInTransaction.Savepoint);
            Assert.HasCount(3, await db.Orders.ToListAsync());
        });

        Assert.AreEqual("one,three,two", await Master.ItemsAsync());
    }

    [TestMethod]
    public async Task Configured_retries_do_not_break_a_new_session()
    {
        await using var connect = ConnectRetrying();

        await using var db = await Tx.NewSessionAsync(connect);
        db.Orders.Add(new Order { Item = "tea" });
        await db.SaveChangesAsync();
        Assert.AreEqual(1, await db.Orders.CountAsync());
        await db.CommitAsync();

        Assert.AreEqual(1, await Master.CountAsync());
    }

    private TenantContext NewTenant(DbContextOptions<TenantContext> options)
    {
        var context = new TenantContext(options, "acme") { Disposed = () => _disposed++ };
        _made.Add(context);
        return context;
    }

    private DbConnect<TenantContext> ConnectTenants(Func<DbContextOptions<TenantContext>, TenantContext>? createSession) => new(
        new DbConnectOptions<TenantContext>
    {
        Name = "tenants",
        Host = "here",
        Driver = new PostgresDriver(),
        CreateEngine = _ => Master.CreateEngine(new Npgsql.NpgsqlConnectionStringBuilder(Master.ConnectionString).Host!),
        ConfigureSession = (builder, engine) => builder.UseNpgsql(engine),
        CreateSession = createSession,
    });

    private DbConnect<ShopContext> ConnectRetrying() => Master.Create(options => new DbConnectOptions<ShopContext>
    {
        Name = options.Name,
        Host = options.Host,
        Driver = new PostgresDriver(),
        CreateEngine = options.CreateEngine,
        ConfigureSession = (builder, engine) => builder.UseNpgsql(engine, provider => provider.EnableRetryOnFailure()),
    });
}
