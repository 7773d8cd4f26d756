using System.Data;
using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TxAspects.Testing;

namespace TxAspects.Docs.Tests.Reference;

/// <summary>The applications of docs/web.md start and answer.</summary>
[TestClass]
public sealed class WebPageTests
{
    private TemporaryDatabase _database = null!;

    [TestInitialize]
    public async Task CreateAsync()
    {
        _database = await TemporaryDatabase.CreateAsync(Server.Current);
        await using var shop = PostgresConnect.Create<ShopContext>(_database.ConnectionString);
        await shop.EnsureCreatedAsync();
    }

    [TestCleanup]
    public async Task DropAsync() => await _database.DisposeAsync();

    [TestMethod]
    public async Task Request_is_a_unit()
    {
        var builder = CreateBuilder();
        builder.Services.AddProblemDetails();
        builder.AddTxAspects();                            // or TxAspectsModule with Autofac: [UnitOfWork] on services, which join

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseAuthentication();
        app.UseTxAspects(options => options.ReadOnlyGet = true);
        app.UseAuthorization();
        app.MapPost("/orders", (Order order, IOrders orders) => orders.PlaceAsync(order));
        await using (app)
        {
            using var client = await StartAsync(app);

            using var answer = await client.PostAsJsonAsync("/orders", new Order { Item = "tea" });

            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
            Assert.AreEqual(1, await CountAsync());
        }
    }

    [TestMethod]
    public async Task Endpoints_say_what_they_are()
    {
        var builder = CreateBuilder();
        builder.Services.AddControllers().AddApplicationPart(typeof(ReportsController).Assembly);
        builder.AddTxAspects();
        await using var app = builder.Build();
        app.UseTxAspects();
        app.MapPost("/transfer", TransferAsync)
            .WithUnitOfWork(new UnitOfWorkOptions { IsolationLevel = IsolationLevel.Serializable });
        app.MapPost("/login", LoginAsync)
            .WithUnitOfWork(unit => unit.CommitWhen = context => context.Response.StatusCode is 200 or 401);
        app.MapGroup("/files").WithoutUnitOfWork();
        app.MapControllers();
        using var client = await StartAsync(app);

        using var transfer = await client.PostAsync("/transfer", null);
        using var login = await client.PostAsync("/login", null);

        Assert.AreEqual("Serializable", await transfer.Content.ReadAsStringAsync());
        Assert.AreEqual(HttpStatusCode.Unauthorized, login.StatusCode);
        Assert.AreEqual("2", await client.GetStringAsync("/reports/orders"));
        Assert.AreEqual(2, await CountAsync());

        static async Task<string> TransferAsync(IOrders orders)
        {
            await orders.PlaceAsync(new Order { Item = "tea" });
            return $"{Tx.Current!.Options.IsolationLevel}";
        }

        static async Task<IResult> LoginAsync(IOrders orders)
        {
            await orders.PlaceAsync(new Order { Item = "a refused login" });
            return Results.Unauthorized();
        }
    }

    private static async Task<HttpClient> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    private WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization();
        builder.Services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, _database.ConnectionString);
        builder.Services.AddScoped<IOrders, Orders>();
        return builder;
    }

    private async Task<long> CountAsync()
    {
        await using var source = Npgsql.NpgsqlDataSource.Create(_database.ConnectionString);
        await using var command = source.CreateCommand("""SELECT count(*) FROM "Orders" """);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
