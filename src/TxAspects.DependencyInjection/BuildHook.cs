using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection;

/// <summary>Puts the proxies in place while a provider is built.</summary>
/// <remarks>
/// Microsoft's container offers no such moment. But it looks every registration up by type and key, so it asks the key of one registration,
/// which is this object, for its hash code: once all registrations are known, and before any is used.
/// </remarks>
internal sealed class BuildHook(IServiceCollection services)
{
    private readonly Lock _lock = new();
    private readonly List<string> _misconfigured = [];
    private bool _takesLogger;

    public TxAspectsOptions Options { get; } = new();

    /// <summary>Whether a provider was built with the proxies in place.</summary>
    public bool WasCalled { get; private set; }

    public bool IsFor(IServiceCollection other) => services == other;

    public void Bind(IConfiguration configuration) => _misconfigured.AddRange(ConfiguredOptions.Bind(Options, configuration));

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode()
    {
        Build();
        return RuntimeHelpers.GetHashCode(this);
    }

    /// <summary>Lets messages go to the provider's logger factory where none was set.</summary>
    public void TakeLogger(IServiceProvider provider)
    {
        // Whatever the factory itself needs may come here as well.
        if (_takesLogger || Interlocked.Exchange(ref _takesLogger, true))
            return;

        Options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        UnitOfWorkProxies.LogDoubts(
            Options, services.SelectMany(ServiceProxying.Planned).Select(one => one.Type),
            ConnectFindings.ContextsOf(RegisteredConnects.Describe(services)));
    }

    public UnitOfWorkPlan DescribePlan() => UnitOfWorkProxies.DescribePlan(services.SelectMany(ServiceProxying.Planned));

    private void Build()
    {
        lock (_lock)
        {
            var proxying = new ServiceProxying(this);
            foreach (var descriptor in services)
                proxying.Add(descriptor);

            UnitOfWorkProxies.ThrowIfAny([.. _misconfigured, .. proxying.Findings, .. RegisteredConnects.Find(services)]);
            proxying.Apply();
            Tx.Configure(Options);
            WasCalled = true;
        }
    }
}
