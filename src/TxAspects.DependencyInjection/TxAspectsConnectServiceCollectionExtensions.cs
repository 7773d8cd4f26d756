using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>Registers connects in Microsoft's container.</summary>
public static class TxAspectsConnectServiceCollectionExtensions
{
    /// <summary>
    /// Registers a connect, the context type as the unit's session, and <c>IDbContextFactory</c> for contexts outside units:
    /// <c>services.AddTxConnect("shop", PostgresConnect.Create&lt;ShopContext&gt;)</c>.
    /// </summary>
    /// <remarks>
    /// The container makes the connect at its first use, and disposes it. The connect and the session are keyed by the name too: several
    /// connects of one context type are told apart by it, as in <c>[FromKeyedServices("shop")]</c>; without it the first one is meant.
    /// </remarks>
    /// <param name="services">The services of the container.</param>
    /// <param name="name">The name of the connect, and of its connection string in the configuration.</param>
    /// <param name="create">Makes the connect.</param>
    /// <param name="connectionString">Default: the one that is configured as <c>ConnectionStrings:name</c>.</param>
    /// <exception cref="TxAspectsConfigurationException">Another connect has that name.</exception>
    public static IServiceCollection AddTxConnect<TContext>(
        this IServiceCollection services, string name, Func<ConnectRequest, DbConnect<TContext>> create, string? connectionString = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(create);
        return Add(services, name, provider => create(new ConnectRequest(name, provider, connectionString)));
    }

    /// <summary>
    /// Makes a connect of a context that <c>AddDbContext</c>, <c>AddDbContextFactory</c> or one of their pooled twins has registered
    /// before: <c>services.ConvertToTxConnect("shop", PostgresConnect.Create&lt;ShopContext&gt;)</c>.
    /// </summary>
    /// <remarks>
    /// What those calls were told of EF Core's options is taken over, its connection string too. Options
    /// are made once, so they cannot depend on a scope. A data source or a connection cannot be taken over, and neither can settings of the
    /// provider that belong to the data source, such as mapped enums: give these to the options of the connect.
    /// </remarks>
    /// <inheritdoc cref="AddTxConnect{TContext}"/>
    /// <param name="services">The services of the container.</param>
    /// <param name="name">The name of the connect.</param>
    /// <param name="create">Makes the connect.</param>
    /// <param name="connectionString">Default: that of the options.</param>
    /// <exception cref="TxAspectsConfigurationException">Another connect has that name, or the context is not registered yet.</exception>
    public static IServiceCollection ConvertToTxConnect<TContext>(
        this IServiceCollection services, string name, Func<ConnectRequest, DbConnect<TContext>> create, string? connectionString = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(create);
        if (services.All(one => one.ServiceType != typeof(DbContextOptions<TContext>)))
        {
            UnitOfWorkProxies.ThrowIfAny([
                $"'{typeof(TContext).Name}' is to become the connect '{name}', but no AddDbContext has registered it before. " +
                "Call ConvertToTxConnect after it, or AddTxConnect in its place.",
            ]);
        }

        // A configuration is registered for each scope, and needs nothing of one: it is a lambda with the action in it.
        var configurations = services.Where(one => one.ServiceType == typeof(IDbContextOptionsConfiguration<TContext>)).ToArray();
        foreach (var made in services.Where(one => IsMade<TContext>(one.ServiceType)).ToArray())
            services.Remove(made);
        return Add(services, name, provider => create(new ConnectRequest(name, provider, connectionString)
        {
            ConfigureContext = builder =>
            {
                foreach (var configuration in configurations.Select(one => Make<TContext>(one, provider)))
                    configuration.Configure(provider, builder);
            },
        }));
    }

    private static IServiceCollection Add<TContext>(
        IServiceCollection services, string name, Func<IServiceProvider, DbConnect<TContext>> create)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (services.Any(one => one.ServiceType == typeof(DbConnect) && name.Equals(one.ServiceKey)))
            UnitOfWorkProxies.ThrowIfAny([ConnectFindings.SameName(name)]);

        services.AddKeyedSingleton(name, (provider, _) => create(provider));
        services.AddKeyedSingleton<DbConnect>(name, (provider, _) => Find(provider));
        services.AddKeyedTransient(name, (provider, _) => Tx.InjectedSession(Find(provider)));
        if (services.Any(one => one.ServiceType == typeof(DbConnect<TContext>) && !one.IsKeyedService))
            return services;

        services.AddSingleton(Find);
        services.AddTransient(provider => Tx.InjectedSession(Find(provider)));
        services.AddSingleton(provider => Find(provider).ContextFactory);
        return services;

        DbConnect<TContext> Find(IServiceProvider provider) => provider.GetRequiredKeyedService<DbConnect<TContext>>(name);
    }

    // Its options stay: tools look for contexts by them.
    private static bool IsMade<TContext>(Type service)
        where TContext : DbContext
        => service == typeof(TContext) || service == typeof(IDbContextFactory<TContext>);

    private static IDbContextOptionsConfiguration<TContext> Make<TContext>(ServiceDescriptor descriptor, IServiceProvider provider)
        where TContext : DbContext
        => (IDbContextOptionsConfiguration<TContext>)(
            descriptor.ImplementationInstance ??
            descriptor.ImplementationFactory?.Invoke(provider) ??
            ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!));
}
