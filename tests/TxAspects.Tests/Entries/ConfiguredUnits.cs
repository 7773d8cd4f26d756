using TxAspects.Interception;
namespace TxAspects.Tests;

/// <summary>
/// An entry's units under given options. For <see cref="CallEntry"/> and <see cref="MiddlewareEntry"/> they hold for the process, so its
/// tests must not run in parallel.
/// </summary>
public static class ConfiguredUnits
{
    public static IUnits Create<TEntry>(TxAspectsOptions options)
        where TEntry : Entry
    {
        var proxies = new UnitOfWorkProxies(options);
        if (typeof(TEntry) == typeof(InterfaceProxyEntry))
            return (IUnits)proxies.Wrap(new ProxiedUnits());

        if (typeof(TEntry) == typeof(ClassProxyEntry))
            return (IUnits)Activator.CreateInstance(UnitOfWorkProxies.ClassProxyType(typeof(SubclassedUnits)), proxies.ClassProxyArgument)!;

        Tx.Configure(options);
        return typeof(TEntry) == typeof(MiddlewareEntry) ? new RequestedUnits() : new CalledUnits();
    }
}
