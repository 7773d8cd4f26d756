using System.Reflection;
using Castle.DynamicProxy;

namespace TxAspects.Interception.Declarations;

/// <summary>What is wrong with the declarations on a type, in words for its author.</summary>
internal static class Findings
{
    /// <summary>The mistakes that an interface proxy around a type would hide.</summary>
    public static IEnumerable<string> ForInterfaceProxy(Type type, IEnumerable<Type> services)
    {
        var entries = EntryPoints.OfInterfaceProxy(type).DistinctBy(one => one.Implementation).ToArray();
        foreach (var finding in ForAttributes(type).Concat(ForEntryPoints(type, entries)))
            yield return finding;

        if (type.IsValueType)
            yield return $"'{type.DisplayName()}' is marked [UnitOfWork] but is a struct, which Castle DynamicProxy cannot put behind " +
                         "a proxy. Make it a class.";
        foreach (var finding in services.Select(ProxiedInterfaces.WhyNot).OfType<string>().Distinct())
            yield return finding;

        var reached = entries.Select(one => Slots.Root(one.Implementation)).ToHashSet();
        foreach (var method in Slots.Of(type).Where(method => Attributes.Own(method) is not null && !reached.Contains(Slots.Root(method))))
        {
            if (!NeverUnits.Includes(type, method) && !IsSuperseded(type, method))
                yield return NotReached(type, method);
        }
    }

    /// <summary>The mistakes that a class proxy of a type would hide.</summary>
    public static IEnumerable<string> ForClassProxy(Type type)
    {
        var entries = Slots.Of(type).Select(method => new EntryPoint(method, method));
        foreach (var finding in ForAttributes(type).Concat(ForEntryPoints(type, entries)))
            yield return finding;

        if (type.IsSealed)
        {
            yield return $"'{type.DisplayName()}' is marked [UnitOfWork] and registered as itself, but is sealed, so no proxy can " +
                         "intercept it. " +
                         "Unseal it, or register it by an interface.";
            yield break;
        }

        if (!ProxyUtil.IsAccessible(type))
            yield return $"'{type.DisplayName()}' is not accessible to proxies. {ProxiedInterfaces.MakeAccessible}, or register it by " +
                         "an interface.";

        var marked = Slots.Of(type).Where(method => Attributes.Find(type, method) is not null);
        foreach (var finding in marked.Select(method => NotOverridden(type, method)).OfType<string>())
            yield return finding;

        foreach (var (@interface, method) in PassingOverrides(type).Where(one => Attributes.Find(type, one.Called) is not null))
            yield return $"{Marked(type, method)} but its override is passed by calls of '{@interface.DisplayName()}', so no proxy " +
                         "can intercept them. " +
                         "Implement the interface where the method is declared, or register the class by an interface.";

        foreach (var method in Attributes.DefaultMethods(type).Where(method => Attributes.Find(type, method) is not null))
            yield return $"{Marked(type, method)} but is left to '{method.DeclaringType!.DisplayName()}', so no proxy can intercept it. " +
                         "Implement it as a virtual method, or register the class by an interface.";
    }

    /// <summary>A type that must be proxied, but of which somebody else makes the instances.</summary>
    public static string MadeElsewhere(Type type)
        => $"'{type.DisplayName()}' is marked [UnitOfWork] and registered as itself, but a lambda or an instance gives the object, " +
           "so no proxy can take its place. Register it by type, or as an interface.";

    /// <summary>A class proxy of another library, which knows nothing of units.</summary>
    public static string ProxiedElsewhere(Type type)
        => $"'{type.DisplayName()}' is marked [UnitOfWork] and registered as itself, but another library made a derived class of it, " +
           "so no proxy can take its place. Give a UnitOfWorkInterceptor to that library too, or register it by an interface.";

    /// <summary>What Castle itself says of a type that it can make no proxy of.</summary>
    public static string NoProxy(Type type, Exception exception)
        => $"'{type.DisplayName()}' is marked [UnitOfWork], but Castle DynamicProxy can make no proxy of it: " +
           $"{exception.GetBaseException().Message} " +
           "Change the member that this speaks of, or register the component by an interface without it.";

    public static string Unsupported(Type type, MethodInfo method, string reason) => $"{Marked(type, method)} but {reason}.";

    public static string Marked(Type type, MethodInfo method) => $"'{type.DisplayName(method)}' is marked [UnitOfWork]";

    /// <summary>Mistakes in the attributes themselves, and in where they stand.</summary>
    private static IEnumerable<string> ForAttributes(Type type)
    {
        foreach (var element in Elements(type).Where(one => AttributesOn(one).Count() > 1))
            yield return $"'{element.DisplayName()}' carries both [UnitOfWork] and [NewContext]. " +
                         "Keep one: [UnitOfWork(Propagation = Propagation.RequiresNew)] takes settings as well.";

        foreach (var element in Elements(type))
        {
            foreach (var finding in AttributesOn(element).SelectMany(one => AttributeFindings.For(element.DisplayName(), one)))
                yield return finding;
        }

        foreach (var method in Slots.Of(type).Where(method => Attributes.Own(method) is not null && NeverUnits.Includes(type, method)))
            yield return !method.IsSpecialName && NeverUnits.IsMadeByCompiler(method)
                ? $"{Marked(type, method)} but is a lambda or a local function, so no proxy can intercept it. Use Tx.RunAsync, or " +
                  "move the work to a method."
                : $"{Marked(type, method)}, but property accessors, events and disposal are never units of work. Move the work to a " +
                  "method.";
    }

    private static IEnumerable<string> ForEntryPoints(Type type, IEnumerable<EntryPoint> entries)
    {
        foreach (var (called, method) in entries)
        {
            if (NeverUnits.Includes(type, called) || NeverUnits.Includes(type, method))
                continue;

            if (Attributes.Conflicts(type, called) is { Count: > 0 } places)
                yield return $"'{type.DisplayName(method)}' is declared differently by " +
                             $"{string.Join(" and ", places.Select(place => $"'{place.Place}'"))}. Say on the method or the class " +
                                 "which one counts.";
            if (Attributes.Find(type, called) is not { } attribute)
                continue;

            foreach (var finding in CallFindings.For(type, method, attribute))
                yield return finding;
        }
    }

    /// <summary>Interface methods whose bridge calls a virtual method as it is in its base class.</summary>
    private static IEnumerable<EntryPoint> PassingOverrides(Type type)
        => from @interface in type.GetInterfaces()
           let map = type.GetInterfaceMap(@interface)
           from pair in map.InterfaceMethods.Zip(map.TargetMethods)
           where pair.Second is not null && Bridges.PassesOverrides(pair.Second)
           select new EntryPoint(pair.First, Bridges.Follow(type, pair.Second));

    private static string NotReached(Type type, MethodInfo method)
        => Attributes.InterfaceMethods(type, method, method)
            .Select(one => ProxiedInterfaces.WhyNot(one.DeclaringType!))
            .FirstOrDefault(reason => reason is not null) is { } why
            ? $"{Marked(type, method)} but no proxy can implement its interface. {why}"
            : $"{Marked(type, method)} but is in no interface, and '{type.DisplayName()}' is registered by interface, so no proxy can " +
              "intercept it. " +
              "Add it to the interface, or remove the attribute.";

    /// <summary>
    /// Why a method of a class is not overridden in its proxy; null where it is, and where no call can reach it any more.
    /// </summary>
    private static string? NotOverridden(Type type, MethodInfo method)
    {
        if (method.IsPrivate)
            return IsSuperseded(type, method) ? null
                : $"{Marked(type, method)} but is private, so no proxy can intercept it. Make it public and virtual, or register the " +
                  "class by an interface.";
        if (!EntryPoints.IsOverridable(method))
            return $"{Marked(type, method)} but is not virtual, so no proxy can intercept it. Make it virtual, or register the class " +
                   "by an interface.";
        if (!ProxyUtil.IsAccessible(method) && ProxyUtil.IsAccessible(type))
            return $"{Marked(type, method)} but is internal, so no proxy can intercept it. " +
                   "Make it public, or let [assembly: InternalsVisibleTo(\"DynamicProxyGenAssembly2\")] show it.";
        if (Slots.Hiding(type, method) is { } hiding)
            return $"'{method.DisplayName()}' is marked [UnitOfWork] but hidden by '{hiding.DisplayName()}', so no proxy can " +
                   "intercept it. " +
                   "Override it instead, or give one of the two another name.";
        return null;
    }

    /// <summary>
    /// Whether a more derived class took over what the method implemented, or hides it: calls by interface never come to it.
    /// </summary>
    private static bool IsSuperseded(Type type, MethodInfo method)
    {
        var level = method.DeclaringType!;
        return level != type && !Attributes.InterfaceMethods(type, method, method).Any() &&
               (Attributes.InterfaceMethods(level, method, method).Any() || Slots.Hiding(type, method) is not null);
    }

    private static IEnumerable<UnitOfWorkAttribute> AttributesOn(MemberInfo element)
        => element.GetCustomAttributes(typeof(UnitOfWorkAttribute), inherit: false).Cast<UnitOfWorkAttribute>();

    /// <summary>Everything that can carry an attribute which counts for the type.</summary>
    private static IEnumerable<MemberInfo> Elements(Type type)
        => Slots.Hierarchy(type).Concat(type.GetInterfaces()).SelectMany(one => one.GetMethods(Slots.Declared).Prepend<MemberInfo>(one));
}
