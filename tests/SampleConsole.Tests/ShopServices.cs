using Autofac;
using SampleConsole.Auditing;
using SampleConsole.Database;
using SampleConsole.Import;
using SampleConsole.Ledger;
using SampleConsole.Orders;
using SampleConsole.Stock;
using TxAspects;
using TxAspects.Testing;

namespace SampleConsole.Tests;

/// <summary>The program's services inside the test process, over its static connect, which leads nowhere until a test says where.</summary>
internal static class ShopServices
{
    private static readonly Lazy<Task<TestTemplate>> LazyTemplate = new(() => TestTemplate.CreateAsync(TestRun.Server, MigrateAsync));

    static ShopServices() => Shop.Use("Host=127.0.0.1;Port=1;Database=none", parallel: 2);

    /// <summary>The shop's tables, with one customer and one product.</summary>
    public static Task<TestTemplate> TemplateAsync() => LazyTemplate.Value;

    public static DbConnect<ShopContext> Master => Shop.Master;

    public static IContainer Build(Action<TxAspectsOptions>? configure = null)
    {
        var builder = new ContainerBuilder();
        builder.RegisterModule(new TxAspectsModule(configure));
        builder.RegisterType<OrderImport>().As<IOrderImport>();
        builder.RegisterType<StockService>().As<IStockService>();
        builder.RegisterType<LedgerService>().As<ILedgerService>();
        builder.RegisterType<AuditTrail>().As<IAuditTrail>();
        return builder.Build();
    }

    public static Order Order(string number, int quantity, decimal? total = null) => new()
    {
        Number = number,
        PlacedOn = new DateOnly(2025, 3, 1),
        CustomerNumber = "C1",
        Total = total ?? quantity * 2,
        Lines = [new OrderLine { OrderNumber = number, Position = 1, Sku = "TEA", Quantity = quantity, UnitPrice = 2 }],
    };

    public static async Task StopAsync()
    {
        if (LazyTemplate.IsValueCreated)
            await (await LazyTemplate.Value).DisposeAsync();
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using var database = await ShopDatabase.FindAsync(connectionString, _ => { }, CancellationToken.None);
        await database.PrepareAsync(_ => { }, CancellationToken.None);
        await PlainSql.ExecuteAsync(
            database.Plain,
            """
            INSERT INTO customers (number, name, credit_limit) VALUES ('C1', 'Ada', 100);
            INSERT INTO products (sku, name, initial_stock, stock) VALUES ('TEA', 'Green tea', 60, 60);
            """,
            CancellationToken.None);
    }
}
