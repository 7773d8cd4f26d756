using Autofac;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace TxAspects.Testing.Tests.Shop;

/// <summary>A server, the migrated template, and one database for the transactional tests, for all tests of the set-ups.</summary>
internal static class ShopServer
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static TestTemplate? _template;
    private static TestDatabase? _shared;

    public static PostgresServer? Server { get; private set; }

    /// <summary>As an application has it: static, and in tests leading nowhere.</summary>
    public static DbConnect<ShopContext> Nowhere { get; } = PostgresConnect.Create<ShopContext>(
        "Host=127.0.0.1;Port=1;Database=none;Timeout=1", new() { Name = "shop" });

    public static async Task<TestTemplate> TemplateAsync()
    {
        await Gate.WaitAsync();
        try
        {
            Server ??= Environment.GetEnvironmentVariable(PostgresServer.ConnectionVariable) is null
                ? await TemporaryPostgres.StartAsync(TestRun.Data.Options)
                : await PostgresServer.FindOrStartAsync();
            return _template ??= await TestTemplate.CreateAsync(Server, MigrateAsync);
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Where the transactional tests are; nothing ever stays in it.</summary>
    public static async Task<TestDatabase> SharedAsync()
    {
        var template = await TemplateAsync();
        await Gate.WaitAsync();
        try
        {
            return _shared ??= await template.CreateDatabaseAsync();
        }
        finally
        {
            Gate.Release();
        }
    }

    public static async Task StopAsync()
    {
        if (_shared is not null)
            await _shared.DisposeAsync();
        if (_template is not null)
            await _template.DisposeAsync();
        if (Server is not null)
            await Server.DisposeAsync();
    }

    public static DbConnect<ShopContext> Connect(string connectionString, string name = "shop")
        => PostgresConnect.Create<ShopContext>(connectionString, new() { Name = name });

    /// <summary>What is committed, seen over a connection of its own.</summary>
    public static async Task<string> CommittedAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT coalesce(string_agg(item, ',' ORDER BY item), '') FROM orders");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public static async Task<string> ItemsAsync(ShopContext db)
        => string.Join(',', await db.Orders.OrderBy(order => order.Item).Select(order => order.Item).ToListAsync());

    public static IContainer Build(DbConnect<ShopContext> connect, Action<TxAspectsOptions>? configure = null)
    {
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule(configure));
        builder.RegisterInstance(connect).ExternallyOwned();
        builder.RegisterType<OrderService>().As<IOrderService>();
        builder.RegisterType<AuditService>().As<IAuditService>();
        return builder.Build();
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(ShopContext.Schema);
        await command.ExecuteNonQueryAsync();
    }
}
