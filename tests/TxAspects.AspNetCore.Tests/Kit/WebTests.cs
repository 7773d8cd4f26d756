using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Tests;

namespace TxAspects.AspNetCore.Tests;

/// <summary>Tests with a database and an application each.</summary>
public abstract class WebTests : DatabaseTests
{
    private TestApp? _app;

    protected TestApp App => _app!;

    [TestCleanup]
    public async Task StopAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    protected async Task StartAsync(
        Action<WebApplication> map, Action<IServiceCollection>? services = null, Action<TxAspectsMiddlewareOptions>? options = null)
        => _app = await TestApp.StartAsync(map, services, options);

    /// <summary>Starts the application with a pipeline that is the test's own.</summary>
    protected async Task StartRawAsync(Action<WebApplication> build, Action<WebApplicationBuilder>? configure = null, bool proxies = true)
        => _app = await TestApp.StartRawAsync(build, configure, proxies);

    protected async Task AssertAnswerAsync(int status, string path, HttpMethod? method = null)
    {
        using var response = await App.Client.SendAsync(new HttpRequestMessage(method ?? HttpMethod.Get, path));
        Assert.AreEqual(status, (int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
