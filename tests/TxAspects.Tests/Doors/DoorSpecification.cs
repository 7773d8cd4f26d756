using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace TxAspects.Tests;

/// <summary>What suites have in common about work that comes to a session by other doors than the library's own calls.</summary>
public abstract class DoorSpecification<TEntry> : SessionSpecification<TEntry>
    where TEntry : Entry, new()
{
    private readonly List<DbConnect> _connects = [];

    protected const string RawInsertSql = "INSERT INTO orders (item, quantity) VALUES ('raw', 1)";

    /// <summary>A connect to the same database with interceptors of the user's; disposed after the test.</summary>
    protected DbConnect<ShopContext> ConnectWith(params IInterceptor[] interceptors)
        => Keep(new DbConnect<ShopContext>(OptionsFor<ShopContext>(builder => builder.AddInterceptors(interceptors))));

    /// <summary>The options of a connect to the same database, for a context type of the test's own.</summary>
    protected DbConnectOptions<TContext> OptionsFor<TContext>(
        Action<DbContextOptionsBuilder<TContext>>? configure = null, Action<TContext>? reset = null,
        Action<NpgsqlConnectionStringBuilder>? settings = null, Func<DbContextOptions<TContext>, TContext>? create = null)
        where TContext : DbContext
        => new()
        {
            Name = "master",
            Host = new NpgsqlConnectionStringBuilder(Master.ConnectionString).Host,
            CreateEngine = host => Master.CreateEngine(host, settings),
            Driver = new PostgresDriver(),
            Reset = reset,
            CreateSession = create,
            ConfigureSession = (builder, engine) =>
            {
                builder.UseNpgsql(engine);
                if (typeof(TContext) == typeof(ShopContext))
                    builder.UseModel(TestDatabase.Model);
                configure?.Invoke(builder);
            },
        };

    protected DbConnect<TContext> Keep<TContext>(DbConnect<TContext> connect)
        where TContext : DbContext
    {
        _connects.Add(connect);
        return connect;
    }

    [TestCleanup]
    public async Task DisposeConnectsAsync()
    {
        foreach (var connect in _connects)
            await connect.DisposeAsync();
    }

    /// <summary>Fails an inner call and lets nobody know, so that the unit is doomed.</summary>
    protected async Task DoomAsync()
        => await Assert.ThrowsExactlyAsync<UnitFailure>(() => Units.RequiredAsync(() => throw new UnitFailure()));
}
