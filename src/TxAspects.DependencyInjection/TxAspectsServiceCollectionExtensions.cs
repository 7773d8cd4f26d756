using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.DependencyInjection;

namespace TxAspects;

/// <summary>Switches TxAspects on in Microsoft's container.</summary>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public static class TxAspectsServiceCollectionExtensions
{
    /// <summary>
    /// Proxies every service that carries [UnitOfWork] or [NewContext] and is registered by now. Call it behind all services, or build with
    /// <c>builder.AddTxAspects()</c>, after which the order does not matter.
    /// </summary>
    /// <remarks>
    /// A service registered by an interface gets an interface proxy; one registered as itself is replaced by a derived class, so its
    /// attributed methods must be virtual. Open generics cannot be proxied here. A further call adds to the options, and proxies what was
    /// registered since. What is registered later is an error at the start of the host, or with the first proxied object.
    /// </remarks>
    /// <param name="services">The services of the provider.</param>
    /// <param name="configure">Sets the options. Default: none set; messages then go to the provider's ILoggerFactory, where one is
    /// registered.</param>
    /// <exception cref="TxAspectsConfigurationException">Something that is declared cannot work.</exception>
    public static IServiceCollection AddTxAspects(this IServiceCollection services, Action<TxAspectsOptions>? configure = null)
        => Add(services, configuration: null, configure);

    /// <summary>The same, with options from configuration: each key is the name of an option, such as 'RetryDelay'.</summary>
    /// <param name="services">The services of the provider.</param>
    /// <param name="configuration">The section of TxAspects. A key that is no option, or a value it cannot have, is an error.</param>
    /// <param name="configure">Sets more, after the configuration.</param>
    /// <inheritdoc cref="AddTxAspects(IServiceCollection, Action{TxAspectsOptions})"/>
    public static IServiceCollection AddTxAspects(
        this IServiceCollection services, IConfiguration configuration, Action<TxAspectsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, configuration, configure);
    }

    /// <summary>
    /// Builds a provider in which every attributed service is proxied, whenever it was registered. For programs without a host; a host
    /// does the same after <c>builder.AddTxAspects()</c>.
    /// </summary>
    /// <param name="services">The services. The collection is left as it is.</param>
    /// <param name="options">What the provider checks. Default: nothing.</param>
    /// <exception cref="TxAspectsConfigurationException">Something that is declared cannot work.</exception>
    public static ServiceProvider BuildTxServiceProvider(this IServiceCollection services, ServiceProviderOptions? options = null)
        => ProvidedServices.Of(services).BuildProvider(options ?? new ServiceProviderOptions());

    private static IServiceCollection Add(
        IServiceCollection services, IConfiguration? configuration, Action<TxAspectsOptions>? configure)
    {
        var provided = ProvidedServices.Of(services);
        provided.Configure(configuration, configure);
        provided.Proxy();
        return services;
    }
}
