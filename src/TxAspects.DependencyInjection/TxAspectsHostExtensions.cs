using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TxAspects.DependencyInjection;

namespace TxAspects;

/// <summary>Switches TxAspects on for a host with Microsoft's container.</summary>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public static class TxAspectsHostExtensions
{
    /// <summary>
    /// Proxies every service that carries [UnitOfWork] or [NewContext], whether it is registered before this call or after it: the host is
    /// built with <see cref="TxServiceProviderFactory"/>.
    /// </summary>
    /// <remarks>
    /// A service registered by an interface gets an interface proxy; one registered as itself is replaced by a derived class, so its
    /// attributed methods must be virtual. Building the host throws <see cref="TxAspectsConfigurationException"/> with everything that
    /// cannot work. In the environment 'Development' the provider checks scopes and constructors, as the host's own would.
    /// </remarks>
    /// <param name="builder">Of a web application or a generic host.</param>
    /// <param name="configure">Sets the options. Default: none set; messages then go to the host's ILoggerFactory.</param>
    public static TBuilder AddTxAspects<TBuilder>(this TBuilder builder, Action<TxAspectsOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
        => Add(builder, configuration: null, configure);

    /// <summary>The same, with options from configuration: each key is the name of an option, such as 'RetryDelay'.</summary>
    /// <param name="builder">Of a web application or a generic host.</param>
    /// <param name="configuration">The section of TxAspects. A key that is no option, or a value it cannot have, is an error when the
    /// host is built.</param>
    /// <param name="configure">Sets more, after the configuration.</param>
    /// <inheritdoc cref="AddTxAspects{TBuilder}(TBuilder, Action{TxAspectsOptions})"/>
    public static TBuilder AddTxAspects<TBuilder>(
        this TBuilder builder, IConfiguration configuration, Action<TxAspectsOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(builder, configuration, configure);
    }

    /// <summary>The same for a host of the older kind.</summary>
    /// <param name="builder">Of the host.</param>
    /// <param name="configure">Sets the options.</param>
    /// <inheritdoc cref="AddTxAspects{TBuilder}(TBuilder, Action{TxAspectsOptions})"/>
    public static IHostBuilder UseTxAspects(this IHostBuilder builder, Action<TxAspectsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .ConfigureServices((_, services) => ProvidedServices.Of(services).Configure(configuration: null, configure))
            .UseServiceProviderFactory(context => FactoryFor(context.HostingEnvironment));
    }

    private static TBuilder Add<TBuilder>(TBuilder builder, IConfiguration? configuration, Action<TxAspectsOptions>? configure)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ProvidedServices.Of(builder.Services).Configure(configuration, configure);
        builder.ConfigureContainer(FactoryFor(builder.Environment));
        return builder;
    }

    private static TxServiceProviderFactory FactoryFor(IHostEnvironment environment)
    {
        var checks = environment.IsDevelopment();
        return new TxServiceProviderFactory(new ServiceProviderOptions { ValidateScopes = checks, ValidateOnBuild = checks });
    }
}
