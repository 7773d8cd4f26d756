using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using Castle.DynamicProxy;
using TxAspects.Interception.Declarations;

namespace TxAspects.Interception;

/// <summary>The proxy types that Castle made for us, each made once, and whether they do what the plan says.</summary>
internal static class ProxyTypes
{
    private static readonly DefaultProxyBuilder Builder = new();
    private static readonly ConcurrentDictionary<(Type Target, Type Component), Lazy<InterfaceProxy>> InterfaceProxies = new();
    private static readonly ConcurrentDictionary<Type, Lazy<Type>> ClassProxies = new();

    /// <summary>
    /// Makes proxies around objects of the first type, for the attributes of the second, which may be inside another proxy.
    /// </summary>
    public static Func<IInterceptor[], object, object> Around(Type target, Type component) => InterfaceProxyOf(target, component).Create;

    /// <summary>The class that is derived from a component.</summary>
    public static Type DerivedFrom(Type component)
        => ClassProxies.GetOrAdd(
            component,
            static one => new Lazy<Type>(() => Builder.CreateClassProxyType(one, null, Options(new UnitOfWorkHook(one))))).Value;

    /// <summary>Makes proxies that take their target from somewhere else at each call, with every member intercepted.</summary>
    public static Func<IInterceptor[], object> WithoutTarget(Type[] interfaces)
    {
        var options = new ProxyGenerationOptions(new AllMethodsHook());
        options.Initialize();
        var proxy = Builder.CreateInterfaceProxyTypeWithoutTarget(interfaces[0], interfaces[1..], options);
        var constructor = Array.Find(proxy.GetConstructors(), one => one.GetParameters().Length == 2)!;
        var interceptors = Expression.Parameter(typeof(IInterceptor[]));
        var none = Expression.Constant(null, constructor.GetParameters()[1].ParameterType);
        return Expression.Lambda<Func<IInterceptor[], object>>(Expression.New(constructor, interceptors, none), interceptors).Compile();
    }

    /// <summary>What the proxy of a component would not do although its declarations say so; empty where all is well.</summary>
    public static IReadOnlyList<string> Check(Type component, bool byInterface)
    {
        var mustBe = (byInterface ? EntryPoints.OfInterfaceProxy(component) : EntryPoints.OfClassProxy(component))
            .Where(one => Attributes.Find(component, one.Called) is not null)
            .ToArray();
        try
        {
            var missing = byInterface ? NotIntercepted(component, mustBe) : NotOverridden(component, mustBe);
            return [.. missing.Select(one => Findings.Unsupported(component, one.Implementation, "Castle DynamicProxy does not " +
                "intercept it")).Distinct()];
        }
        catch (Exception exception)
        {
            return [Findings.NoProxy(component, exception)];
        }
    }

    private static IEnumerable<EntryPoint> NotIntercepted(Type component, EntryPoint[] mustBe)
    {
        var proxy = InterfaceProxyOf(component, component);
        return mustBe.Where(one => !proxy.Intercepted.Contains(one.Called)).ToArray();
    }

    private static IEnumerable<EntryPoint> NotOverridden(Type component, EntryPoint[] mustBe)
    {
        var overridden = DerivedFrom(component).GetMethods(Slots.Declared).Select(Slots.Root).ToHashSet();
        return mustBe.Where(one => !overridden.Contains(Slots.Root(one.Implementation))).ToArray();
    }

    private static InterfaceProxy InterfaceProxyOf(Type target, Type component)
        => InterfaceProxies.GetOrAdd(
            (target, component), static key => new Lazy<InterfaceProxy>(() => Create(key.Target, key.Component))).Value;

    private static InterfaceProxy Create(Type target, Type component)
    {
        var hook = new UnitOfWorkHook(component);
        var interfaces = ProxiedInterfaces.Of(target).ToArray();
        var proxy = Builder.CreateInterfaceProxyTypeWithTarget(interfaces[0], interfaces[1..], target, Options(hook));
        var constructor = Array.Find(proxy.GetConstructors(), one => one.GetParameters().Length == 2)!;

        // Castle's generator looks the type up and uses reflection for every object.
        var interceptors = Expression.Parameter(typeof(IInterceptor[]));
        var instance = Expression.Parameter(typeof(object));
        var typed = Expression.Convert(instance, constructor.GetParameters()[1].ParameterType);
        var create = Expression.Lambda<Func<IInterceptor[], object, object>>(
            Expression.New(constructor, interceptors, typed), interceptors, instance);
        return new InterfaceProxy(create.Compile(), hook.Intercepted);
    }

    private static ProxyGenerationOptions Options(UnitOfWorkHook hook)
    {
        var options = new ProxyGenerationOptions(hook);
        options.Initialize();
        return options;
    }

    private sealed record InterfaceProxy(Func<IInterceptor[], object, object> Create, IReadOnlySet<MethodInfo> Intercepted);
}
