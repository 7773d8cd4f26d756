using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.Interception;
using TxAspects.Interception.Starting;

namespace TxAspects.DependencyInjection;

/// <summary>
/// Before anything else starts: the logger is taken, and what would go without units unnoticed is refused, such as another container and
/// late services.
/// </summary>
internal sealed class HostStart(IServiceProvider provider) : IHostedLifecycleService
{
    private const string Microsoft = "Microsoft.Extensions.DependencyInjection";

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var container = provider.GetRequiredService<IServiceScopeFactory>().GetType().Assembly.GetName().Name;
        if (container != Microsoft)
            UnitOfWorkProxies.ThrowIfAny([$"AddTxAspects is for Microsoft's container, but '{container}' is in its place and proxies " +
                                          "nothing. With Autofac register TxAspectsModule in its stead."]);

        ProvidedServices.BeginUse(provider);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        StartChecks.Run(provider);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
