using System.Reflection;
using Castle.DynamicProxy;

namespace TxAspects.Interception.Declarations;

/// <summary>Every way into a component that a proxy of one kind guards. What is in none of them cannot be intercepted.</summary>
internal static class EntryPoints
{
    /// <summary>The ways through an interface proxy: the members of every interface that it implements.</summary>
    public static IEnumerable<EntryPoint> OfInterfaceProxy(Type type)
        => from one in ProxiedInterfaces.Of(type)
           from method in one.GetMethods(Slots.Declared)
           where method is { IsStatic: false, IsVirtual: true, IsFinal: false, IsPrivate: false }
           select new EntryPoint(method, Attributes.Implementation(type, method));

    /// <summary>The ways through a class proxy: what the derived class overrides.</summary>
    public static IEnumerable<EntryPoint> OfClassProxy(Type type)
        => from method in Slots.Of(type)
           where IsOverridable(method) && ProxyUtil.IsAccessible(method) && Slots.Hiding(type, method) is null
           select new EntryPoint(method, method);

    public static bool IsOverridable(MethodInfo method) => method is { IsVirtual: true, IsFinal: false, IsPrivate: false, IsStatic: false };
}
