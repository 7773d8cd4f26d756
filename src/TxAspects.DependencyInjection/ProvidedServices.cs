using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TxAspects.DependencyInjection.Proxying;
using TxAspects.DependencyInjection.UnitScoped;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection;

/// <summary>
/// The services of one collection, and what TxAspects knows of them. It is registered among them, so that a provider knows what it was
/// built from.
/// </summary>
/// <remarks>
/// A registration is proxied by another one in its place. That happens to those which are there when <see cref="Proxy"/> is called: by
/// AddTxAspects, and on a copy of the collection by <see cref="TxServiceProviderFactory"/>. What comes after the last such call is late.
/// </remarks>
internal sealed class ProvidedServices
{
    private readonly IServiceCollection _services;
    private readonly List<string> _misconfigured;
    private readonly ServiceDescriptor[] _own;
    private bool _isInUse;

    private ProvidedServices(IServiceCollection services, TxAspectsOptions options, List<string> misconfigured)
    {
        _services = services;
        _misconfigured = misconfigured;
        Options = options;
        Proxies = new UnitOfWorkProxies(options);
        _own =
        [
            ServiceDescriptor.Singleton(this),
            ServiceDescriptor.Singleton(options),
            ServiceDescriptor.Singleton(new UnitOfWorkInterceptor(options)),
            ServiceDescriptor.Transient(provider => provider.DescribePlan()),
            ServiceDescriptor.Singleton<IHostedService>(provider => new HostStart(provider)),
            ServiceDescriptor.Singleton(provider => new RootServices(provider)),
            ServiceDescriptor.Scoped(provider => new CarriedServices(options, provider.GetRequiredService<RootServices>())),
        ];
    }

    public TxAspectsOptions Options { get; }

    public UnitOfWorkProxies Proxies { get; }

    /// <summary>Those of a collection, which are added to it with the first call.</summary>
    public static ProvidedServices Of(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var known = services.Select(one => one.IsKeyedService ? null : one.ImplementationInstance).OfType<ProvidedServices>();
        if (known.FirstOrDefault(one => one._services == services) is { } present)
            return present;

        var provided = new ProvidedServices(services, new TxAspectsOptions(), []);
        foreach (var one in provided._own)
            services.Add(one);
        return provided;
    }

    /// <summary>
    /// At the start of a host, or with the first proxied object: what is late is refused, and messages go to the provider's logger factory
    /// where none was set.
    /// </summary>
    /// <exception cref="TxAspectsConfigurationException">Services were registered after the last call that proxies.</exception>
    public static void BeginUse(IServiceProvider provider) => provider.GetService<ProvidedServices>()?.Begin(provider);

    /// <summary>Whether a registration is of our own making, and no service of the application.</summary>
    public bool Owns(ServiceDescriptor descriptor) => Array.IndexOf(_own, descriptor) >= 0;

    public void Configure(IConfiguration? configuration, Action<TxAspectsOptions>? configure)
    {
        if (configuration is not null)
            _misconfigured.AddRange(ConfiguredOptions.Bind(Options, configuration));
        configure?.Invoke(Options);
    }

    /// <summary>Proxies what is in the collection by now. With mistakes nothing is changed.</summary>
    /// <exception cref="TxAspectsConfigurationException">There are some.</exception>
    public void Proxy()
    {
        RemoveThoseOfOthers();
        var proxying = new ServiceProxying(this);
        foreach (var descriptor in _services)
            proxying.Add(descriptor);

        UnitOfWorkProxies.ThrowIfAny([.. _misconfigured, .. proxying.Findings, .. RegisteredConnects.Find(_services)]);
        proxying.ApplyTo(_services);
        CarriedService.ApplyTo(_services, Options);
        Tx.Configure(Options);
    }

    /// <summary>A provider of a copy of the collection in which everything is proxied.</summary>
    public ServiceProvider BuildProvider(ServiceProviderOptions options)
    {
        var copy = new ServiceCollection();
        var twin = new ProvidedServices(copy, Options, _misconfigured);
        foreach (var descriptor in _services)
            copy.Insert(copy.Count, Array.IndexOf(_own, descriptor) is >= 0 and var index ? twin._own[index] : descriptor);

        twin.Proxy();
        UnitOfWorkProxies.ThrowIfAny(LateServices.Find(copy, twin));
        return copy.BuildServiceProvider(options);
    }

    /// <summary>The class that the container constructs in a scope for a service; null where it does not, or keeps it itself.</summary>
    public Type? MadeInScope(Type service)
    {
        var generic = service.IsConstructedGenericType ? service.GetGenericTypeDefinition() : null;
        var found = Last(service) ?? (generic is null ? null : Last(generic));
        if (found is null or { Lifetime: ServiceLifetime.Singleton })
            return null;

        // A proxied service has its target beside it, which the container constructs where that was no lambda.
        var proxied = ProxiedService.Of(found);
        if (proxied is not null and not UnitScopedRegistration && _services.Any(one => IsTargetOf(proxied, one)))
            return proxied.Type;

        var type = found.ImplementationType;
        return type is { IsGenericTypeDefinition: true } ? type.MakeGenericType(service.GenericTypeArguments) : type;

        ServiceDescriptor? Last(Type asked) => _services.LastOrDefault(one => one.ServiceType == asked && !one.IsKeyedService);
    }

    public UnitOfWorkPlan DescribePlan() => UnitOfWorkProxies.DescribePlan(_services.SelectMany(ProxiedService.Planned));

    private void Begin(IServiceProvider provider)
    {
        // Whatever the factory itself needs may come here as well.
        if (_isInUse || Interlocked.Exchange(ref _isInUse, true))
            return;

        try
        {
            // A collection that was added to this one after the last call has its own.
            var all = provider.GetServices<ProvidedServices>();
            UnitOfWorkProxies.ThrowIfAny(
                [.. all.SelectMany(one => LateServices.Find(one._services, one)).Distinct(), .. RegisteredConnects.Find(_services)]);
        }
        catch
        {
            _isInUse = false;
            throw;
        }

        Options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        UnitOfWorkProxies.LogDoubts(
            Options,
            _services.Where(one => ProxiedService.Of(one) is not UnitScopedRegistration).SelectMany(ProxiedService.Planned)
                .Select(one => one.Type),
            ConnectFindings.SessionsOf(RegisteredConnects.Describe(_services)));
    }

    private static bool IsTargetOf(ProxiedService proxied, ServiceDescriptor descriptor)
        => descriptor.IsKeyedService && descriptor.ServiceType == proxied.Type && descriptor.KeyedImplementationType == proxied.Type;

    // Services of another collection that were added to this one are proxied here with the rest, under the options of this one.
    private void RemoveThoseOfOthers()
    {
        var others = _services.Select(one => one.IsKeyedService ? null : one.ImplementationInstance).OfType<ProvidedServices>()
            .Where(one => one != this).ToArray();
        foreach (var descriptor in _services.Where(one => Array.Exists(others, other => other.Owns(one))).ToArray())
            _services.Remove(descriptor);
    }
}
