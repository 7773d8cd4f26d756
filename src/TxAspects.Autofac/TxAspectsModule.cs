using System.Diagnostics.CodeAnalysis;
using Autofac;
using Autofac.Core;
using Autofac.Core.Registration;
using Microsoft.Extensions.Logging;
using TxAspects.Autofac;
using TxAspects.Interception;

namespace TxAspects;

/// <summary>Proxies every component that carries [UnitOfWork] or [NewContext], whatever the order of registration.</summary>
/// <remarks>
/// A component registered by interfaces gets an interface proxy. One registered as itself asks for a class proxy with
/// <see cref="TxAspectsRegistrationExtensions.EnableUnitOfWork{TLimit, TActivatorData, TSingleRegistrationStyle}"/>. Building the container
/// throws <see cref="TxAspectsConfigurationException"/> with every declaration that cannot work, and with every class that lacks that word.
/// </remarks>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public sealed class TxAspectsModule : Module
{
    private readonly TxAspectsOptions _options = new();
    private readonly ComponentProxying _proxying;

    /// <summary>Makes the module.</summary>
    /// <param name="configure">Sets the options. Default: none set; messages then go to the container's ILoggerFactory, where one is
    /// registered.</param>
    public TxAspectsModule(Action<TxAspectsOptions>? configure = null)
    {
        configure?.Invoke(_options);
        _proxying = new ComponentProxying(new UnitOfWorkProxies(_options));
    }

    /// <inheritdoc/>
    protected override void Load(ContainerBuilder builder)
    {
        builder.RegisterInstance(_options).ExternallyOwned();
        builder.Register(context => context.DescribePlan());
        builder.Register(_ => new UnitOfWorkInterceptor(_options)).AsSelf().SingleInstance();
        builder.RegisterCallback(registry => registry.AddServiceMiddlewareSource(new GenericServices(_proxying.Objects)));
        builder.RegisterBuildCallback(scope =>
        {
            _options.LoggerFactory ??= scope.ResolveOptional<ILoggerFactory>();
            Tx.Configure(_options);
            var registered = RegisteredConnects.Describe(scope.ComponentRegistry);
            UnitOfWorkProxies.ThrowIfAny(ConnectFindings.Find(registered));
            UnitOfWorkProxies.LogDoubts(
                _options, scope.ComponentRegistry.Registrations.Select(ComponentProxying.ComponentOutsideUnit).OfType<Type>(),
                ConnectFindings.SessionsOf(registered));
        });
    }

    /// <inheritdoc/>
    protected override void AttachToComponentRegistration(IComponentRegistryBuilder componentRegistry, IComponentRegistration registration)
        => _proxying.Attach(componentRegistry, registration, required: false);
}
