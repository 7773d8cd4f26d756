using System.Net;
using System.Text.Json.Serialization;
using Autofac;
using Autofac.Extensions.DependencyInjection;
using SampleWeb.Database;
using SampleWeb.Deliveries;
using SampleWeb.Events;
using SampleWeb.Hosting;
using SampleWeb.Ledger;
using SampleWeb.Notes;
using SampleWeb.Orders;
using SampleWeb.Runs;
using SampleWeb.Stock;
using SampleWeb.Workflows;
using TxAspects;

namespace SampleWeb;

/// <summary>The web application.</summary>
public static class WebShop
{
    /// <summary>Makes the tables that are missing, and the application; starting it is the caller's.</summary>
    public static async Task<WebApplication> CreateAsync(WebShopOptions options, CancellationToken cancellationToken = default)
    {
        await ShopDatabase.PrepareAsync(options.ConnectionString, cancellationToken);
        Shop.Use(options.ConnectionString, options.PoolSize);

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Refusals are answers here; the library warns of every unit that one dooms.
        builder.Logging.AddFilter("TxAspects", LogLevel.Error);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<RefusalHandler>();
        builder.Services.AddSafeDefaults();
        builder.Services.AddLocalOnly();
        builder.Services.AddExceptionHandler<DatabaseGoneHandler>();
        builder.Services.AddHttpContextAccessor();    // so that the dashboard knows the request of each unit
        builder.Services.AddOpenApi();
        builder.Services.AddHealthChecks().AddTxAspects(Shop.Master);
        builder.Services.AddHostedService<DeliveryWorker>();
        builder.Services.AddSingleton<RunRecorder>();
        builder.Services.AddSingleton<EventStream>();
        builder.Services.AddSingleton<DeliveryQueue>();
        builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
        builder.Host.ConfigureContainer<ContainerBuilder>(AddShop);

        var app = builder.Build();
        app.UseSafeDefaults();
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.UseRouting();
        app.UseAuthorization();
        app.UseMiddleware<RunMiddleware>();
        app.UseExceptionHandler();
        app.UseTxAspects(units => units.ReadOnlyGet = true);
        app.MapOpenApi().WithoutUnitOfWork();
        app.MapHealthChecks("/health").WithoutUnitOfWork();
        app.MapTxAspects("/tx", options =>
        {
            // The shop has no secrets. Elsewhere these are off, as they are by default.
            options.AuthorizationPolicy = LocalOnly.Name;
            options.ShowSql = true;
            options.ShowExceptionMessages = true;
        });
        WorkflowsApi.Map(app);
        OrdersApi.Map(app);
        ProductsApi.Map(app);
        LedgerApi.Map(app);
        RunsApi.Map(app);
        EventsApi.Map(app);
        return app;
    }

    /// <summary>
    /// What the shop consists of. Autofac is the application's container, so that the framework finds these services, and they what it has.
    /// </summary>
    private static void AddShop(ContainerBuilder builder)
    {
        RunRecorder? recorder = null;
        builder.RegisterModule(new TxAspectsModule(options => options.OnEnded = outcome => recorder?.Ended(outcome)));
        builder.RegisterBuildCallback(container => recorder = container.Resolve<RunRecorder>());
        builder.RegisterType<OrderService>().As<IOrders>();
        builder.RegisterType<OrderExport>().As<IOrderExport>();
        builder.RegisterType<StockService>().As<IStock>();
        builder.RegisterType<LedgerService>().As<ILedger>();
        builder.RegisterType<NoteBook>().As<INotes>();
        builder.RegisterType<AtomicBlocks>().As<IAtomicBlocks>();
        builder.RegisterType<EarlyEndings>().As<IEarlyEndings>();
        builder.RegisterType<Failures>().As<IFailures>();
        builder.RegisterType<Statistics>().As<IStatistics>();
        builder.RegisterType<Sessions>().As<ISessions>();
        builder.RegisterType<Notifications>().As<INotifications>();
    }
}
