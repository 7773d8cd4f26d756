using System.Collections.Concurrent;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection.Proxying;

/// <summary>A service whose objects are made somehow, and wrapped where they need it.</summary>
/// <param name="type">The nearest that is known of the class of the targets.</param>
/// <param name="service">What it is registered as.</param>
/// <param name="provided">Whose options count.</param>
/// <param name="make">Makes the target; of a class proxy, the object itself.</param>
/// <param name="containerOwnsTarget">Whether the container made the target, so that it disposes it and the proxy must not.</param>
internal sealed class MadeService(
    Type type, Type service, ProvidedServices provided, Func<IServiceProvider, object?, object?> make, bool containerOwnsTarget = false)
    : ProxiedService(type, service)
{
    private readonly ConcurrentDictionary<Type, IReadOnlyList<string>> _seen = new();

    protected override object? Make(IServiceProvider provider, object? key)
    {
        var instance = make(provider, key);
        if (instance is null)
            return null;

        var isProxy = UnitOfWorkProxies.IsProxy(instance);
        if (!isProxy && !UnitOfWorkProxies.NeedsProxy(instance))
            return instance;

        ProvidedServices.BeginUse(provider);
        if (isProxy)
            return instance;

        // Of a lambda typed by less than its class, what it returns is seen only now.
        UnitOfWorkProxies.ThrowIfAny(_seen.GetOrAdd(
            UnitOfWorkProxies.ComponentOf(instance), one => UnitOfWorkProxies.Check(one, [Service], constructed: false)));
        return provided.Proxies.Wrap(instance, forwardsDisposal: !containerOwnsTarget);
    }
}
