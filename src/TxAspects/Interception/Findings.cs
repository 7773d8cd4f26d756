using System.Reflection;
using Castle.DynamicProxy;
using TxAspects.Units;

namespace TxAspects.Interception;

/// <summary>What is wrong with the declarations on a type, in words for its author.</summary>
internal static class Findings
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const string MakeAccessible = "Make it public, or internal with [assembly: InternalsVisibleTo(\"DynamicProxyGenAssembly2\")]";

    /// <summary>The mistakes that an interface proxy around a type would hide.</summary>
    public static IEnumerable<string> ForInterfaceProxy(Type type, IEnumerable<Type> services)
    {
        foreach (var finding in ForAnyProxy(type, method => Attributes.InterfaceMethods(type, method, method).Any()))
            yield return finding;

        foreach (var service in services.Where(service => !ProxyUtil.IsAccessible(service)))
            yield return $"'{service.DisplayName()}' is not accessible to proxies. {MakeAccessible}.";

        foreach (var method in Attributes.Methods(type).Where(method => Attributes.Own(method) is not null && !Attributes.NeverAUnit(method)))
        {
            if (!Attributes.InterfaceMethods(type, method, method).Any())
                yield return $"{Marked(type, method)} but is in no interface, and '{type.DisplayName()}' is registered by interface, so no proxy can intercept it. Add it to the interface, or remove the attribute.";
        }
    }

    /// <summary>The mistakes that a class proxy of a type would hide.</summary>
    public static IEnumerable<string> ForClassProxy(Type type)
    {
        foreach (var finding in ForAnyProxy(type, _ => true))
            yield return finding;

        if (type.IsSealed)
        {
            yield return $"'{type.DisplayName()}' is marked [UnitOfWork] and registered as itself, but is sealed, so no proxy can intercept it. Unseal it, or register it by an interface.";
            yield break;
        }

        if (!ProxyUtil.IsAccessible(type))
            yield return $"'{type.DisplayName()}' is not accessible to proxies. {MakeAccessible}, or register it by an interface.";

        foreach (var method in Attributes.Methods(type).Where(method => !CanOverride(method) && Attributes.Find(type, method) is not null))
            yield return $"{Marked(type, method)} but is {(method.IsPrivate ? "private" : "not virtual")}, so no proxy can intercept it. Make it {(method.IsPrivate ? "public and " : "")}virtual, or register the class by an interface.";

        foreach (var method in Attributes.DefaultMethods(type).Where(method => Attributes.Find(type, method) is not null))
            yield return $"{Marked(type, method)} but is left to '{method.DeclaringType!.DisplayName()}', so no proxy can intercept it. Implement it as a virtual method, or register the class by an interface.";
    }

    /// <summary>A type that must be proxied, but of which somebody else makes the instances.</summary>
    public static string MadeElsewhere(Type type)
        => $"'{type.DisplayName()}' is marked [UnitOfWork] and registered as itself, but a lambda or an instance gives the object, so no proxy can take its place. Register it by type, or as an interface.";

    public static string Unsupported(Type type, MethodInfo method, string reason) => $"{Marked(type, method)} but {reason}.";

    private static IEnumerable<string> ForAnyProxy(Type type, Func<MethodInfo, bool> isReachable)
    {
        foreach (var element in Elements(type).Where(element => element.GetCustomAttributes(typeof(UnitOfWorkAttribute), inherit: false).Length > 1))
            yield return $"'{element.DisplayName()}' carries both [UnitOfWork] and [NewContext]. Keep one: [UnitOfWork(Propagation = Propagation.RequiresNew)] takes settings as well.";

        foreach (var element in Elements(type))
        {
            foreach (var finding in element.GetCustomAttributes(typeof(UnitOfWorkAttribute), inherit: false).SelectMany(one => AttributeFindings.For(element.DisplayName(), (UnitOfWorkAttribute)one)))
                yield return finding;
        }

        foreach (var method in Attributes.Methods(type).Concat(Attributes.DefaultMethods(type)))
        {
            if (Attributes.NeverAUnit(method))
            {
                if (Attributes.Own(method) is not null)
                    yield return $"{Marked(type, method)}, but property accessors, events and disposal are never units of work. Move the work to a method.";
                continue;
            }

            if (Attributes.Conflicts(type, method) is { Count: > 0 } places)
                yield return $"'{type.DisplayName(method)}' is declared differently by {string.Join(" and ", places.Select(place => $"'{place.Place}'"))}. Say on the method or the class which one counts.";

            if (Attributes.Find(type, method) is not { } attribute || !isReachable(method))
                continue;

            if (ReturnKind.WhyUnsupported(method) is { } reason)
                yield return Unsupported(type, method, reason);
            if (attribute.MaxRetries > 0 && ReturnKind.IsStream(method.ReturnType))
                yield return $"{Marked(type, method)} with MaxRetries but returns a sequence, which is never repeated because its elements were seen. Give it an attribute without MaxRetries, or return a list.";
        }
    }

    private static bool CanOverride(MethodInfo method) => method is { IsVirtual: true, IsFinal: false, IsPrivate: false, IsStatic: false };

    private static string Marked(Type type, MethodInfo method) => $"'{type.DisplayName(method)}' is marked [UnitOfWork]";

    /// <summary>Everything that can carry an attribute which counts for the type.</summary>
    private static IEnumerable<MemberInfo> Elements(Type type)
        => Attributes.Hierarchy(type).Concat(type.GetInterfaces()).SelectMany(one => one.GetMethods(Declared).Prepend<MemberInfo>(one));
}
