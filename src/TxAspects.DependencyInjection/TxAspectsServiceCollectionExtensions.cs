using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.DependencyInjection;

namespace TxAspects;

/// <summary>Switches TxAspects on in Microsoft's container.</summary>
public static class TxAspectsServiceCollectionExtensions
{
    /// <summary>
    /// Proxies every service that carries [UnitOfWork] or [NewContext], whether it is registered before this call or after it.
    /// </summary>
    /// <remarks>
    /// A service registered by an interface gets an interface proxy; one registered as itself is replaced by a derived class, so its
    /// attributed methods must be virtual. Open generics cannot be proxied here. Building the provider throws
    /// <see cref="TxAspectsConfigurationException"/> with everything that cannot work. Call it on the collection that the provider is built
    /// from; a second call only adds to the options.
    /// </remarks>
    /// <param name="services">The services of the provider.</param>
    /// <param name="configure">Sets the options. Default: none set; messages then go to the provider's ILoggerFactory, where one is
    /// registered.</param>
    public static IServiceCollection AddTxAspects(this IServiceCollection services, Action<TxAspectsOptions>? configure = null)
    {
        var hook = Of(services);
        configure?.Invoke(hook.Options);
        return services;
    }

    /// <summary>The same, with options from configuration: each key is the name of an option, such as 'RetryDelay'.</summary>
    /// <param name="services">The services of the provider.</param>
    /// <param name="configuration">The section of TxAspects. A key that is no option, or a value it cannot have, is an error when the
    /// provider is built.</param>
    /// <param name="configure">Sets more, after the configuration.</param>
    /// <inheritdoc cref="AddTxAspects(IServiceCollection, Action{TxAspectsOptions})"/>
    public static IServiceCollection AddTxAspects(
        this IServiceCollection services, IConfiguration configuration, Action<TxAspectsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Of(services).Bind(configuration);
        return services.AddTxAspects(configure);
    }

    private static BuildHook Of(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Select(service => service.ServiceKey).OfType<BuildHook>().FirstOrDefault(one => one.IsFor(services)) is { } present)
            return present;

        var hook = new BuildHook(services);
        services.AddKeyedSingleton(hook, hook);
        services.AddSingleton(hook);
        services.AddSingleton(hook.Options);
        services.AddSingleton(new UnitOfWorkInterceptor(hook.Options));
        services.AddSingleton<IHostedService>(provider => new HostStart(provider, hook));
        return hook;
    }
}
