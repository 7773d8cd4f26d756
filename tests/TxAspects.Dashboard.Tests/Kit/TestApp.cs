using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TxAspects.Tests;

namespace TxAspects.Dashboard.Tests;

/// <summary>An application on a Kestrel of its own, on loopback, with the page at /tx.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestApp(WebApplication app, LogRecorder log)
    {
        _app = app;
        Log = log;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public Uri Page => new(Address, "/tx/");

    public HttpClient Client { get; }

    public LogRecorder Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>A service whose methods are units of this application.</summary>
    public IWork Work => Services.GetRequiredService<IWork>();

    /// <summary>What the units of the application are opened with, so that units of other tests stay out.</summary>
    public TxAspectsOptions Units => Services.GetRequiredService<TxAspectsOptions>();

    public static Task<TestApp> StartAsync(
        Action<WebApplication>? map = null, Action<TxAspectsDashboardOptions>? options = null, Action<IServiceCollection>? services = null)
        => StartRawAsync(app =>
        {
            map?.Invoke(app);
            app.MapTxAspects("/tx", options);
        }, services);

    /// <summary>Starts it with endpoints that are the test's own.</summary>
    public static async Task<TestApp> StartRawAsync(
        Action<WebApplication> build, Action<IServiceCollection>? services = null, string environment = "Development", int port = 0)
    {
        var log = new LogRecorder();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(log));
        builder.Services.AddHttpContextAccessor();
        builder.AddTxAspects();
        builder.Services.AddSingleton<IWork, Work>();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        try
        {
            build(app);
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new TestApp(app, log);
    }

    /// <summary>Opens a unit of this application, with a name.</summary>
    public TxScope Open(string name, UnitOfWorkOptions? options = null) => Tx.Open(Units, (options ?? new()) with { Name = name });

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Client.GetStringAsync($"/tx/api/{path}"))!;

    /// <summary>The last unit of this name that ended.</summary>
    public async Task<JsonNode> UnitAsync(string name)
    {
        var list = await GetAsync($"units?method={Uri.EscapeDataString(name)}");
        var row = list["units"]!.AsArray().First(unit => (string)unit!["name"]! == name)!;
        return await GetAsync($"units/{row["id"]}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
