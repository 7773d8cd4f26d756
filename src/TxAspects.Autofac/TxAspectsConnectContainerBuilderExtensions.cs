using Autofac;
using Microsoft.EntityFrameworkCore;
using TxAspects.Autofac;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>Registers connects in Autofac.</summary>
public static class TxAspectsConnectContainerBuilderExtensions
{
    private const string Names = "TxAspects.Connects";

    /// <summary>
    /// Registers a connect, the context type as the unit's session, and <c>IDbContextFactory</c> for contexts outside units:
    /// <c>builder.AddTxConnect("shop", PostgresConnect.Create&lt;ShopContext&gt;)</c>.
    /// </summary>
    /// <remarks>
    /// The container makes the connect at its first use, and disposes it. It is named by the name too: several connects of one context type
    /// are told apart by it, as in <c>[KeyFilter("shop")]</c>; without it the first one is meant.
    /// </remarks>
    /// <param name="builder">The container.</param>
    /// <param name="name">The name of the connect, and of its connection string in the configuration.</param>
    /// <param name="create">Makes the connect.</param>
    /// <param name="connectionString">Default: the one that the container's <c>IConfiguration</c> has as
    /// <c>ConnectionStrings:name</c>.</param>
    /// <exception cref="TxAspectsConfigurationException">Another connect has that name.</exception>
    public static ContainerBuilder AddTxConnect<TContext>(
        this ContainerBuilder builder, string name, Func<ConnectRequest, DbConnect<TContext>> create, string? connectionString = null)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        var names = (Dictionary<string, Type>)(builder.Properties.TryGetValue(Names, out var known) && known is not null
            ? known
            : builder.Properties[Names] = new Dictionary<string, Type>(StringComparer.Ordinal))!;
        var isFirst = !names.ContainsValue(typeof(TContext));
        if (!names.TryAdd(name, typeof(TContext)))
            UnitOfWorkProxies.ThrowIfAny([ConnectFindings.SameName(name)]);

        // The connect is the container's, so what it resolves later has to come from the container as well.
        var connect = builder
            .Register(context => create(new ConnectRequest(name, new RootServices(context.Resolve<ILifetimeScope>()), connectionString)))
            .Keyed<DbConnect<TContext>>(name).Keyed<DbConnect>(name).SingleInstance();
        builder.Register(context => Tx.InjectedSession(context.ResolveKeyed<DbConnect<TContext>>(name)))
            .Keyed<TContext>(name).ExternallyOwned();
        if (!isFirst)
            return builder;

        connect.As<DbConnect<TContext>>();
        builder.Register(context => Tx.InjectedSession(context.ResolveKeyed<DbConnect<TContext>>(name))).As<TContext>().ExternallyOwned();
        builder.Register(context => context.ResolveKeyed<DbConnect<TContext>>(name).ContextFactory)
            .As<IDbContextFactory<TContext>>().SingleInstance();
        return builder;
    }
}
