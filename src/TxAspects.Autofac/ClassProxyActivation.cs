using System.Runtime.CompilerServices;
using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;

namespace TxAspects.Autofac;

/// <summary>Makes a component's own activator construct the derived proxy type, with everything that was configured for it.</summary>
/// <remarks>
/// Autofac 9 lets a registration's type be changed only while it is being configured, and a module sees it after that; so two fields of its
/// activator are set here, before the activator builds its pipeline. The tests of class proxies fail where a version names them differently.
/// </remarks>
internal static class ClassProxyActivation
{
    public static void Apply(ReflectionActivator activator, UnitOfWorkProxies proxies)
    {
        var argument = proxies.ClassProxyArgument;
        var interceptors = new TypedParameter(argument.GetType(), argument);
        Parameters(activator) = [interceptors, .. Parameters(activator)];
        ImplementationType(activator) = UnitOfWorkProxies.ClassProxyType(ImplementationType(activator));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_implementationType")]
    private static extern ref Type ImplementationType(ReflectionActivator activator);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_defaultParameters")]
    private static extern ref Parameter[] Parameters(ReflectionActivator activator);
}
