using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>A web application on a Kestrel of its own, on loopback, and what can be observed of it.</summary>
public sealed class TestApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<UnitOfWorkOutcome> _outcomes;

    private TestApp(WebApplication app, LogRecorder log, ConcurrentQueue<UnitOfWorkOutcome> outcomes)
    {
        _app = app;
        Log = log;
        _outcomes = outcomes;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public LogRecorder Log { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>
    /// How the units of its requests and hubs ended, in order. Plain calls of any test report to the application that was built last, and
    /// are left out.
    /// </summary>
    public IReadOnlyList<UnitOfWorkOutcome> Outcomes
        => [.. _outcomes.Where(one => one.Name.Contains('/', StringComparison.Ordinal) || one.Name is "request" ||
            one.Name.StartsWith("ShopHub.", StringComparison.Ordinal))];

    /// <summary>Starts it with the usual pipeline: exception handling with problem details, then units of work.</summary>
    public static Task<TestApp> StartAsync(
        Action<WebApplication> map, Action<IServiceCollection>? services = null, Action<TxAspectsMiddlewareOptions>? options = null)
        => StartRawAsync(app =>
        {
            app.UseExceptionHandler();
            app.UseTxAspects(options);
            map(app);
        }, builder => services?.Invoke(builder.Services));

    /// <summary>Starts it with a pipeline that is the test's own.</summary>
    public static async Task<TestApp> StartRawAsync(
        Action<WebApplication> build, Action<WebApplicationBuilder>? configure = null, bool proxies = true)
    {
        var log = new LogRecorder();
        var outcomes = new ConcurrentQueue<UnitOfWorkOutcome>();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(log));
        builder.Services.AddProblemDetails();
        if (proxies)
            builder.AddTxAspects(units => units.OnEnded = outcomes.Enqueue);
        configure?.Invoke(builder);
        var app = builder.Build();
        build(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new TestApp(app, log, outcomes);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
