using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Castle.DynamicProxy;
using TxAspects.Interception.Declarations;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;
using TxAspects.Units.Scopes;

namespace TxAspects.Interception;

/// <summary>Makes proxies for attributed types: the part of a container integration that is the same for every container.</summary>
[RequiresDynamicCode("Proxies for [UnitOfWork] are made at run time. Tx.RunAsync needs none.")]
[RequiresUnreferencedCode("Proxies for [UnitOfWork] are made by reflection. Tx.RunAsync needs none.")]
public sealed class UnitOfWorkProxies
{
    private static readonly ConcurrentDictionary<Type, bool> Attributed = new();

    private readonly TxAspectsOptions? _options;
    private readonly IInterceptor[] _interceptors;

    /// <summary>Makes proxies whose units use these options, or with null what <see cref="Tx.Configure"/> was given.</summary>
    public UnitOfWorkProxies(TxAspectsOptions? options = null)
    {
        _options = options;
        _interceptors = [new UnitOfWorkInterceptor(options, component: null)];
    }

    /// <summary>The first argument for the constructors of a class proxy type.</summary>
    public object ClassProxyArgument => _interceptors;

    /// <summary>
    /// Whether a type, one of its methods, or an interface it implements carries [UnitOfWork] or [NewContext]. Looked up once per type.
    /// </summary>
    public static bool IsAttributed(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Attributed.GetOrAdd(type, Attributes.AnyOn);
    }

    /// <summary>Whether an object is such a proxy already, or holds one: another library's proxy may stand around it.</summary>
    public static bool IsProxy(object instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return ForeignProxies.RunsInUnits(instance);
    }

    /// <summary>
    /// Whether an object has methods to be run in units, and no proxy yet. It may itself be a proxy that another library made.
    /// </summary>
    public static bool NeedsProxy(object instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return IsAttributed(ForeignProxies.ComponentOf(instance)) && !ForeignProxies.RunsInUnits(instance);
    }

    /// <summary>
    /// The class whose attributes count for an object: its own, or that of the component inside proxies that other libraries made.
    /// </summary>
    public static Type ComponentOf(object instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return ForeignProxies.ComponentOf(instance);
    }

    /// <summary>Whether a type is a proxy that another library made with Castle DynamicProxy.</summary>
    public static bool IsForeignProxy(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return ProxyUtil.IsProxyType(type);
    }

    /// <summary>The mistakes in the declarations on a type, for the kind of proxy it is to get; empty where all is well.</summary>
    /// <param name="type">The implementation type.</param>
    /// <param name="services">What it is registered as: where all are interfaces it gets an interface proxy, otherwise a class
    /// proxy.</param>
    /// <param name="constructed">False where somebody else makes the instances, so that no class proxy can take their place.</param>
    public static IReadOnlyList<string> Check(Type type, IReadOnlyCollection<Type> services, bool constructed = true)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(services);
        var byInterface = services.All(service => service.IsInterface);
        if (!byInterface && !constructed)
            return [Findings.MadeElsewhere(type)];
        if (!byInterface && ProxyUtil.IsProxyType(type))
            return [Findings.ProxiedElsewhere(ForeignProxies.ComponentOf(type))];

        type = ForeignProxies.ComponentOf(type);
        string[] found = byInterface ? [.. Findings.ForInterfaceProxy(type, services)] : [.. Findings.ForClassProxy(type)];
        return found.Length > 0 || type.IsAbstract || type.ContainsGenericParameters || ProxyUtil.IsProxyType(type)
            ? found
            : ProxyTypes.Check(type, byInterface);
    }

    /// <summary>
    /// What makes no sense in an attribute that stands somewhere else than on a component, such as on an endpoint; empty where all is well.
    /// </summary>
    /// <param name="place">The name of that place, for the messages.</param>
    /// <param name="attribute">The attribute.</param>
    public static IReadOnlyList<string> Check(string place, UnitOfWorkAttribute attribute)
    {
        ArgumentException.ThrowIfNullOrEmpty(place);
        ArgumentNullException.ThrowIfNull(attribute);
        return [.. AttributeFindings.For(place, attribute)];
    }

    /// <summary>The settings that an attribute declares.</summary>
    public static UnitOfWorkOptions SettingsOf(UnitOfWorkAttribute attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return Settings.From(attribute);
    }

    /// <summary>The methods that are intercepted where such components are proxied.</summary>
    /// <param name="components">Implementation types, and what each is registered as, like in <see cref="Check(Type,
    /// IReadOnlyCollection{Type}, bool)"/>.</param>
    public static UnitOfWorkPlan DescribePlan(IEnumerable<(Type Type, IReadOnlyCollection<Type> Services)> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        return new UnitOfWorkPlan(components.SelectMany(one => Plans.Of(one.Type, one.Services)));
    }

    /// <summary>Throws one exception with all mistakes that were found, if there are any.</summary>
    /// <exception cref="TxAspectsConfigurationException">There are some.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<string> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (findings.Count > 0)
            throw new TxAspectsConfigurationException([.. findings]);
    }

    /// <summary>
    /// Logs what is allowed and yet, as a rule, a mistake: a component whose constructor takes a context of some connect, which is no
    /// session of its units.
    /// </summary>
    /// <param name="options">Where to log.</param>
    /// <param name="types">The implementation types of the components that are proxied.</param>
    /// <param name="sessions">The context types that are sessions where they are injected, as <see cref="ConnectFindings"/> has them.
    /// </param>
    public static void LogDoubts(TxAspectsOptions options, IEnumerable<Type> types, IReadOnlyCollection<Type> sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(types);
        foreach (var (type, context) in types.Distinct().SelectMany(InjectedContexts.Of))
        {
            if (!sessions.Contains(context))
                options.Log.ContextInjected(type.DisplayName(), context.DisplayName());
        }
    }

    /// <summary>A proxy around an object, for every interface it implements that a proxy can implement.</summary>
    /// <remarks>Where the object is a proxy that another library made, that one runs inside the unit.</remarks>
    /// <param name="target">The object.</param>
    /// <param name="forwardsDisposal">False where the container that owns the proxy disposes the object by itself: the proxy then
    /// implements neither IDisposable nor IAsyncDisposable.</param>
    public object Wrap(object target, bool forwardsDisposal = true)
    {
        ArgumentNullException.ThrowIfNull(target);
        var type = target.GetType();
        var component = ForeignProxies.ComponentOf(target);
        var interceptors = component == type ? _interceptors : [new UnitOfWorkInterceptor(_options, component)];
        return ProxyTypes.Around(type, component, forwardsDisposal)(interceptors, target);
    }

    /// <summary>
    /// Makes proxies of one registration whose target is resolved at each call, in the scope of the unit that the call opens or finds open.
    /// </summary>
    /// <remarks>
    /// They implement the interfaces of the class, but for disposal where the services do not declare it: the scope disposes the target.
    /// </remarks>
    /// <param name="type">The class of the targets.</param>
    /// <param name="services">The interfaces that it is registered as.</param>
    public Func<UnitScopedTarget, object> InUnit(Type type, IReadOnlyCollection<Type> services)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(services);
        var create = new Lazy<Func<IInterceptor[], object>>(
            () => ProxyTypes.WithoutTarget(ProxiedInterfaces.WithoutDisposal(type, services)));
        return target => create.Value([new UnitOfWorkInterceptor(_options, type, target)]);
    }

    /// <summary>The mistakes in the declarations on a type whose objects are to be resolved inside their unit.</summary>
    /// <param name="type">The class.</param>
    /// <param name="services">What it is registered as.</param>
    public static IReadOnlyList<string> CheckInUnit(Type type, IReadOnlyCollection<Type> services)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(services);
        string[] found = [.. ScopedFindings.For(type, services)];
        return found.Length > 0 ? found : Check(type, services);
    }

    /// <summary>
    /// A type derived from a class, to be constructed in its place: its constructors take <see cref="ClassProxyArgument"/> first.
    /// </summary>
    public static Type ClassProxyType(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return ProxyTypes.DerivedFrom(type);
    }
}
