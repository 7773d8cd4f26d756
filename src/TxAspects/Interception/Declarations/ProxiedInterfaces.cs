using Castle.DynamicProxy;

namespace TxAspects.Interception.Declarations;

/// <summary>The interfaces of a component that a proxy can implement.</summary>
internal static class ProxiedInterfaces
{
    public const string MakeAccessible = "Make it public, or internal with [assembly: InternalsVisibleTo(\"DynamicProxyGenAssembly2\")]";

    public static IEnumerable<Type> Of(Type type)
        => (type.IsInterface ? type.GetInterfaces().Prepend(type) : type.GetInterfaces()).Where(one => WhyNot(one) is null);

    /// <summary>The same, the services first, without disposal where they do not declare it.</summary>
    public static Type[] WithoutDisposal(Type type, IReadOnlyCollection<Type> services)
    {
        var declared = services.SelectMany(one => one.GetInterfaces().Prepend(one)).ToHashSet();
        return [.. services.Concat(Of(type).Where(one => declared.Contains(one) || !IsOfDisposal(one))).Distinct()];
    }

    private static bool IsOfDisposal(Type type)
        => type.GetInterfaces().Prepend(type).Any(one => one == typeof(IDisposable) || one == typeof(IAsyncDisposable));

    /// <summary>Why no proxy can implement an interface, with the remedy; null where one can.</summary>
    public static string? WhyNot(Type @interface)
        => @interface.GetInterfaces().Prepend(@interface).Select(WhyNotItself).FirstOrDefault(reason => reason is not null);

    private static string? WhyNotItself(Type @interface)
    {
        if (@interface == typeof(IProxyTargetAccessor))
            return "'IProxyTargetAccessor' is what Castle DynamicProxy gives to its proxies. Register the component by an interface " +
                   "of its own.";
        if (!IsAccessible(@interface))
            return $"'{@interface.DisplayName()}' is not accessible to proxies. {MakeAccessible}.";

        var members = @interface.GetMethods(Slots.Declared);
        if (Array.Find(members, one => one is { IsStatic: true, IsAbstract: true }) is { } required)
            return $"'{@interface.DisplayName(required)}' is static abstract, which no proxy can implement. " +
                   "Register the component by an interface without it.";
        if (Array.Find(members, one => one is { IsStatic: false, IsVirtual: false, IsPrivate: false }) is { } final)
            return $"'{@interface.DisplayName(final)}' is a sealed member of an interface, which Castle DynamicProxy tries to implement. " +
                   "Remove the word sealed, make it an extension method, or register the component by an interface without it.";
        return null;
    }

    private static bool IsAccessible(Type type)
        => ProxyUtil.IsAccessible(type) && Array.TrueForAll(type.GenericTypeArguments, one => one.IsGenericParameter || IsAccessible(one));
}
