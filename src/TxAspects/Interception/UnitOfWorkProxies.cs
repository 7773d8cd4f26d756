using System.Collections.Concurrent;
using System.Linq.Expressions;
using Castle.DynamicProxy;
using TxAspects.Observing;
using TxAspects.Sessions.EntityFramework;

namespace TxAspects.Interception;

/// <summary>Makes proxies for attributed types: the part of a container integration that is the same for every container.</summary>
public sealed class UnitOfWorkProxies
{
    private static readonly DefaultProxyBuilder Builder = new();
    private static readonly ConcurrentDictionary<Type, bool> Attributed = new();
    private static readonly ConcurrentDictionary<Type, Func<IInterceptor[], object, object>> InterfaceProxies = new();
    private static readonly ConcurrentDictionary<Type, Type> ClassProxies = new();

    private readonly IInterceptor[] _interceptors;

    /// <summary>Makes proxies whose units use these options, or with null what <see cref="Tx.Configure"/> was given.</summary>
    public UnitOfWorkProxies(TxAspectsOptions? options = null)
        => _interceptors = [options is null ? new UnitOfWorkInterceptor() : new UnitOfWorkInterceptor(options)];

    /// <summary>The first argument for the constructors of a class proxy type.</summary>
    public object ClassProxyArgument => _interceptors;

    /// <summary>Whether a type, one of its methods, or an interface it implements carries [UnitOfWork] or [NewContext]. Looked up once per type.</summary>
    public static bool IsAttributed(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Attributed.GetOrAdd(type, Attributes.AnyOn);
    }

    /// <summary>Whether an object is such a proxy already.</summary>
    public static bool IsProxy(object instance)
        => instance is IProxyTargetAccessor proxy && Array.Exists(proxy.GetInterceptors(), interceptor => interceptor is UnitOfWorkInterceptor);

    /// <summary>The mistakes in the declarations on a type, for the kind of proxy it is to get; empty where all is well.</summary>
    /// <param name="type">The implementation type.</param>
    /// <param name="services">What it is registered as: where all are interfaces it gets an interface proxy, otherwise a class proxy.</param>
    /// <param name="constructed">False where somebody else makes the instances, so that no class proxy can take their place.</param>
    public static IReadOnlyList<string> Check(Type type, IReadOnlyCollection<Type> services, bool constructed = true)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(services);
        if (services.All(service => service.IsInterface))
            return [.. Findings.ForInterfaceProxy(type, services)];

        return constructed ? [.. Findings.ForClassProxy(type)] : [Findings.MadeElsewhere(type)];
    }

    /// <summary>What makes no sense in an attribute that stands somewhere else than on a component, such as on an endpoint; empty where all is well.</summary>
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
    /// <param name="components">Implementation types, and what each is registered as, like in <see cref="Check(Type, IReadOnlyCollection{Type}, bool)"/>.</param>
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

    /// <summary>Logs what is allowed and yet, as a rule, a mistake: a component whose constructor takes a context, which is no session of its units.</summary>
    /// <param name="options">Where to log.</param>
    /// <param name="types">The implementation types of the components that are proxied.</param>
    public static void LogDoubts(TxAspectsOptions options, IEnumerable<Type> types)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(types);
        foreach (var (type, context) in types.Distinct().SelectMany(InjectedContexts.Of))
            options.Log.ContextInjected(type.DisplayName(), context.DisplayName());
    }

    /// <summary>A proxy around an object, for every interface it implements that a proxy can see.</summary>
    public object Wrap(object target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return InterfaceProxies.GetOrAdd(target.GetType(), CreateInterfaceProxy)(_interceptors, target);
    }

    /// <summary>A type derived from a class, to be constructed in its place: its constructors take <see cref="ClassProxyArgument"/> first.</summary>
    public static Type ClassProxyType(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return ClassProxies.GetOrAdd(type, static type => Builder.CreateClassProxyType(type, null, Options(type)));
    }

    private static Func<IInterceptor[], object, object> CreateInterfaceProxy(Type target)
    {
        var interfaces = Array.FindAll(target.GetInterfaces(), ProxyUtil.IsAccessible);
        var proxy = Builder.CreateInterfaceProxyTypeWithTarget(interfaces[0], interfaces[1..], target, Options(target));
        var constructor = Array.Find(proxy.GetConstructors(), one => one.GetParameters().Length == 2)!;

        // Castle's generator looks the type up and uses reflection for every object.
        var interceptors = Expression.Parameter(typeof(IInterceptor[]));
        var instance = Expression.Parameter(typeof(object));
        var typed = Expression.Convert(instance, constructor.GetParameters()[1].ParameterType);
        return Expression.Lambda<Func<IInterceptor[], object, object>>(Expression.New(constructor, interceptors, typed), interceptors, instance).Compile();
    }

    private static ProxyGenerationOptions Options(Type type)
    {
        var options = new ProxyGenerationOptions(new UnitOfWorkHook(type));
        options.Initialize();
        return options;
    }
}
