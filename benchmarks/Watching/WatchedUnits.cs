using System.Net;
using Autofac;
using Autofac.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TxAspects.Benchmarks.Units;

namespace TxAspects.Benchmarks.Watching;

/// <summary>An application with units, and with the page of the dashboard or without it.</summary>
internal sealed class WatchedUnits : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DbConnect<ItemsContext> _connect;

    private WatchedUnits(WebApplication app, DbConnect<ItemsContext> connect) => (_app, _connect) = (app, connect);

    public IOwnUnits Units => _app.Services.GetRequiredService<IOwnUnits>();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<WatchedUnits> StartAsync(string connectionString, bool isMapped)
    {
        var connect = PostgresConnect.Create<ItemsContext>(connectionString);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Host.UseServiceProviderFactory(new AutofacServiceProviderFactory());
        builder.Host.ConfigureContainer<ContainerBuilder>((_, container) =>
        {
            container.RegisterModule(new TxAspectsModule());
            container.RegisterInstance(connect).ExternallyOwned();
            container.RegisterType<OwnUnits>().As<IOwnUnits>().SingleInstance();
        });
        var app = builder.Build();
        if (isMapped)
            app.MapTxAspects();
        await app.StartAsync();
        return new WatchedUnits(app, connect);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _connect.DisposeAsync();
    }
}
