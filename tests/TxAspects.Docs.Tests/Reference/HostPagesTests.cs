using System.Net;
using Autofac;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Reference;

/// <summary>The hosts of docs/web.md, docs/dashboard.md, docs/dependency-injection.md and docs/observability.md start and answer.</summary>
[TestClass]
public sealed class HostPagesTests
{
    private TemporaryDatabase _database = null!;

    [TestInitialize]
    public async Task CreateAsync()
    {
        _database = await TemporaryDatabase.CreateAsync(Server.Current);
        Shop.Master = PostgresConnect.Create<ShopContext>(_database.ConnectionString, "master");
        await Shop.Master.EnsureCreatedAsync();
    }

    [TestCleanup]
    public async Task DropAsync()
    {
        await Shop.Master.DisposeAsync();
        await _database.DisposeAsync();
    }

    [TestMethod]
    public async Task Microsofts_container_makes_services_inside_their_unit()
    {
        var events = new Events();
        var builder = CreateBuilder();
        builder.AddTxAspects(
            builder.Configuration.GetSection("TxAspects"), options => options.RollbackWhen<Result>(result => result.IsFailure));
        builder.Services.AddScoped<IOrders, Orders>();
        builder.Services.AddScoped<ICurrentUser, CurrentUser>();
        builder.Configuration["ConnectionStrings:shop"] = _database.ConnectionString;
        builder.AddTxAspects(options => options.Carry<ICurrentUser>());
        builder.Services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>);   // its context is the unit's session
        builder.Services.AddScoped<IOrderRepository, OrderRepository>();         // takes the context
        builder.Services.AddUnitScoped<IOrderService, OrderService>();           // [UnitOfWork]; takes the repository
        builder.Services.AddSignalR().AddTxAspects();
        builder.Services.AddHealthChecks().AddTxAspects(Shop.Master);
        Watch(builder.Services);
        builder.Services.AddAuthentication();
        AddPolicy(builder);
        await using var app = builder.Build();
        app.UseTxAspects(options => options.OnOpened = (context, unit) =>
        {
            unit.Items["user"] = context.User.Identity?.Name;
            Tx.OnCommitting(token => events.WriteOutboxAsync(token));
        });
        app.MapTxAspects("/tx", options => options.AuthorizationPolicy = "operators");
        app.MapHealthChecks("/health");
        app.MapPost("/orders/{item}", (string item, IOrderService orders) => orders.PlaceAsync(item));
        await app.StartAsync();

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.AreEqual("Healthy", await client.GetStringAsync("/health"));
        using var answer = await client.PostAsync("/orders/tea", null);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual(2, events.Written);    // the health check is a request as well
    }

    [TestMethod]
    public async Task Autofac_is_the_container_and_the_dashboard_answers()
    {
        var builder = CreateBuilder();
        builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
        builder.Host.ConfigureContainer<ContainerBuilder>(container =>
        {
            container.RegisterModule(new TxAspectsModule());
            container.RegisterType<Orders>().As<IOrders>();
        });
        builder.Host.ConfigureContainer<ContainerBuilder>(container => container.RegisterInstance(Shop.Master).ExternallyOwned());
        await using var app = builder.Build();
        app.UseTxAspects();
        app.MapTxAspects("/tx");
        app.MapPost("/orders", (IOrders orders) => orders.PlaceAsync(new Order { Item = "tea" }));
        await app.StartAsync();

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        StringAssert.Contains(await client.GetStringAsync("/tx"), "<html");
        using var answer = await client.PostAsync("/orders", null);

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    private static void AddPolicy(WebApplicationBuilder builder)
        => builder.Services.AddAuthorizationBuilder().AddPolicy("operators", policy => policy.RequireRole("operator"));

    private static void Watch(IServiceCollection services)
    {
        using var loggerFactory = LoggerFactory.Create(_ => { });
        services.AddOpenTelemetry()
            .WithTracing(tracing => tracing.AddTxAspectsInstrumentation().AddNpgsql())
            .WithMetrics(metrics => metrics.AddTxAspectsInstrumentation());
        using var watch = HttpWatch.Start(HttpInTransaction.Warn, loggerFactory);     // or Throw; nothing is watched unless you say so
        services.ConfigureHttpClientDefaults(http => http.AddHttpMessageHandler(() => new TransactionGuardHandler()));     // for Throw
    }

    private static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        return builder;
    }

    private static class Shop
    {
        public static DbConnect<ShopContext> Master { get; set; } = null!;
    }

    private sealed class Events
    {
        public int Written { get; private set; }

        public Task WriteOutboxAsync(CancellationToken cancellationToken)
        {
            Written++;
            return Task.CompletedTask;
        }
    }
}
