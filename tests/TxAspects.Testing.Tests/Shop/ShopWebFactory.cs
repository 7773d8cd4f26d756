using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TxAspects.Testing.Tests.Shop;

/// <summary>A web application over a connect, with one unit per request.</summary>
internal sealed class ShopWebFactory(
    DbConnect<ShopContext> connect, bool preserveExecutionContext = false) : WebApplicationFactory<ShopWebFactory>
{
    protected override IHostBuilder CreateHostBuilder() => Host.CreateDefaultBuilder();

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseContentRoot(AppContext.BaseDirectory)
        .UseTestServer(options => options.PreserveExecutionContext = preserveExecutionContext)
        .ConfigureServices(services =>
        {
            services.AddRouting();
            services.AddProblemDetails();
            services.AddSingleton(connect);
            services.AddTransient<IAuditService, AuditService>();
            services.AddTxAspects();
        })
        .Configure(app => app
            .UseExceptionHandler()
            .UseTxAspects()
            .UseRouting()
            .UseEndpoints(endpoints => endpoints.MapPost("/orders/{item}", PlaceAsync)));

    private async Task<IResult> PlaceAsync(string item, int? slot, int? status, bool? audit, IAuditService trail)
    {
        if (audit is true)
            await trail.RecordAsync("audit of " + item);
        (await Tx.SessionAsync(connect)).Orders.Add(new Order { Item = item, Slot = slot });
        return Results.StatusCode(status ?? StatusCodes.Status201Created);
    }
}
