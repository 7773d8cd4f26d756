using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests.Injection;

/// <summary>Endpoints and controllers that take the context: under the middleware it is the session of the request's unit.</summary>
public abstract class InjectedRequestSpecification : WebTests
{
    protected abstract bool Proxies { get; }

    [TestInitialize]
    public Task StartAppAsync() => StartRawAsync(
        app =>
        {
            app.UseExceptionHandler();
            app.UseRouting();
            app.UseTxAspects();
            app.MapControllers();
            app.MapOrders();
            app.MapPost("/repository/{item}", (string item, OrderRepository orders) => orders.Add(new Order { Item = item }));
            app.MapPost("/refused/{item}", async (string item, ShopContext db) =>
            {
                db.Orders.Add(new Order { Item = item });
                await db.SaveChangesAsync();
                return Results.Conflict();
            });
            app.MapPost("/own/{item}", async (string item, IDbContextFactory<ShopContext> contexts) =>
            {
                await using var db = await contexts.CreateDbContextAsync();
                db.Orders.Add(new Order { Item = item });
                await db.SaveChangesAsync();
                return Results.Conflict();
            });
            app.MapGet("/outside", (ShopContext db) => db.Orders.Count()).WithoutUnitOfWork();
            app.MapHealthChecks("/health").WithoutUnitOfWork();
        },
        builder =>
        {
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:shop", $"{Master.ConnectionString};Maximum Pool Size=10")]);
            builder.Services.AddShop();
            builder.Services.AddHealthChecks().AddTxAspects("shop");
            builder.Services.AddScoped<OrderRepository>();
            builder.Services.AddControllers().AddApplicationPart(typeof(OrdersController).Assembly);
            Configure(builder);
        },
        Proxies);

    protected abstract void Configure(WebApplicationBuilder builder);

    [TestMethod]
    public async Task Context_of_an_endpoint_or_a_controller_is_the_session_of_its_request()
    {
        await AssertAnswerAsync(201, "/orders/tea", HttpMethod.Post);
        await AssertAnswerAsync(201, "/controller/orders/coffee", HttpMethod.Post);
        await AssertAnswerAsync(200, "/repository/milk", HttpMethod.Post);
        await AssertAnswerAsync(409, "/refused/lost", HttpMethod.Post);
        await AssertAnswerAsync(409, "/own/own", HttpMethod.Post);

        Assert.AreEqual("coffee,milk,own,tea", await Master.ItemsAsync());
        Assert.AreEqual(5, App.Services.GetRequiredService<SaveCounter>().Count);
    }

    [TestMethod]
    public async Task Endpoint_without_a_unit_is_told_the_remedy()
    {
        await AssertAnswerAsync(500, "/outside");

        Assert.IsTrue(App.Log.Messages.Any(message => message.Exception?.GetBaseException() is NoUnitOfWorkException thrown &&
            thrown.Message.Contains("The container was asked for a 'ShopContext'", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Commands_are_logged_and_health_is_told_by_the_name_of_the_connect()
    {
        await AssertAnswerAsync(201, "/orders/tea", HttpMethod.Post);
        Assert.AreEqual("Healthy", await App.Client.GetStringAsync("/health"));

        var report = await App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.AreEqual("'shop' answers.", report.Entries["shop"].Description);
        Assert.IsTrue(App.Log.Messages.Any(message => message.Text.StartsWith("Executed DbCommand", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Many_requests_at_once_have_a_row_for_every_success_and_none_for_a_failure()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(async number =>
        {
            var way = (number % 4) switch { 0 => "orders", 1 => "controller/orders", 2 => "repository", _ => "refused" };
            using var answer = await App.Client.PostAsync($"/{way}/{way.Split('/')[0]}", content: null);
            return answer.IsSuccessStatusCode;
        }));

        Assert.AreEqual(300, answers.Count(succeeded => succeeded));
        Assert.AreEqual(300, await Master.CountAsync());
        Assert.AreEqual(0, await Master.CountAsync("refused"));
    }
}
