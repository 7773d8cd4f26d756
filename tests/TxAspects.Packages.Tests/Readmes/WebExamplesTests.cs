using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Packages.Tests.Shop;

namespace TxAspects.Packages.Tests.Readmes;

/// <summary>The examples of the packages for ASP.NET Core, behind a real socket.</summary>
[TestClass]
public sealed class WebExamplesTests : ShopTests
{
    [TestMethod]
    public async Task AspNetCore()
    {
        await using var app = Orders(ConnectionString);
        using var client = await StartAsync(app);

        Assert.AreEqual(HttpStatusCode.OK, await PostAsync(client, "/orders/tea"));
        Assert.AreEqual(HttpStatusCode.Conflict, await PostAsync(client, "/orders/coffee"));
        Assert.AreEqual("tea", await ItemsAsync());
    }

    [TestMethod]
    public async Task Dashboard_in_development()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.AddTxAspects();
        await using var app = builder.Build();
        app.MapTxAspects("/tx");

        using var client = await StartAsync(app);

        Assert.AreEqual(HttpStatusCode.OK, await GetAsync(client, "/tx/"));
    }

    [TestMethod]
    public async Task Dashboard_elsewhere_has_a_policy()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.AddTxAspects();
        builder.Services.AddAuthorizationBuilder().AddPolicy("operators", policy => policy.RequireAssertion(_ => false));
        builder.Services.AddAuthentication("none").AddCookie("none", cookie => cookie.Events.OnRedirectToLogin = Refuse);
        await using var app = builder.Build();
        app.MapTxAspects("/tx", options => options.AuthorizationPolicy = "operators");

        using var client = await StartAsync(app);

        Assert.AreEqual(HttpStatusCode.Unauthorized, await GetAsync(client, "/tx/"));

        static Task Refuse<T>(Microsoft.AspNetCore.Authentication.RedirectContext<T> context)
            where T : Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }
    }

    private static WebApplication Orders(string connectionString)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddTxConnect("shop", PostgresConnect.Create<ShopContext>, connectionString);
        builder.Services.AddScoped<IOrders, Orders>();
        builder.AddTxAspects();

        var app = builder.Build();
        app.UseTxAspects();
        app.MapPost("/orders/{item}", async (string item, IOrders orders) =>
        {
            await orders.PlaceAsync(item);
            return item == "coffee" ? Results.Conflict("There is no coffee.") : Results.Ok();     // 409 rolls back
        });
        return app;
    }

    private static async Task<HttpClient> StartAsync(WebApplication app)
    {
        app.Urls.Add("http://127.0.0.1:0");
        await app.StartAsync();
        return new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path)
    {
        using var answer = await client.PostAsync(path, content: null);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }
}
