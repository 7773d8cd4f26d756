using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.DependencyInjection;

namespace TxAspects;

/// <summary>
/// Builds the provider of a host in Microsoft's container, with every attributed service proxied, whenever it was registered.
/// <c>builder.AddTxAspects()</c> uses it.
/// </summary>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public sealed class TxServiceProviderFactory : IServiceProviderFactory<IServiceCollection>
{
    private readonly ServiceProviderOptions _options;

    /// <summary>Makes the factory.</summary>
    /// <param name="options">What the provider checks. Default: nothing.</param>
    public TxServiceProviderFactory(ServiceProviderOptions? options = null) => _options = options ?? new ServiceProviderOptions();

    /// <inheritdoc/>
    public IServiceCollection CreateBuilder(IServiceCollection services)
    {
        _ = ProvidedServices.Of(services);
        return services;
    }

    /// <inheritdoc/>
    /// <exception cref="TxAspectsConfigurationException">Something that is declared cannot work.</exception>
    public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder)
        => ProvidedServices.Of(containerBuilder).BuildProvider(_options);
}
