using Castle.DynamicProxy;

namespace TxAspects.Interception;

/// <summary>Looks through the proxies that other libraries made with Castle DynamicProxy.</summary>
internal static class ForeignProxies
{
    /// <summary>The class of the component inside any number of proxies; of an interface proxy without a target, the proxy's own.</summary>
    public static Type ComponentOf(object instance)
    {
        while (instance is IProxyTargetAccessor proxy && proxy.DynProxyGetTarget() is { } target && !ReferenceEquals(target, instance))
            instance = target;
        return ComponentOf(instance.GetType());
    }

    /// <summary>The class that a class proxy is derived from; any other type itself.</summary>
    public static Type ComponentOf(Type type)
    {
        var component = type;
        while (ProxyUtil.IsProxyType(component))
            component = component.BaseType!;
        return component == typeof(object) ? type : component;
    }

    /// <summary>Whether the object, or one inside it, is a proxy with our interceptor.</summary>
    public static bool RunsInUnits(object instance)
    {
        while (instance is IProxyTargetAccessor proxy)
        {
            if (Array.Exists(proxy.GetInterceptors(), interceptor => interceptor is UnitOfWorkInterceptor))
                return true;
            if (proxy.DynProxyGetTarget() is not { } target || ReferenceEquals(target, instance))
                return false;
            instance = target;
        }

        return false;
    }
}
