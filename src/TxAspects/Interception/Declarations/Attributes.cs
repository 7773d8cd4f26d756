using System.Reflection;

namespace TxAspects.Interception.Declarations;

/// <summary>
/// Finds the attribute of a method: implementation method, interface method, implementation class, interface; the nearest wins whole.
/// </summary>
internal static class Attributes
{
    /// <summary>The attribute that a call of a method on a target runs under, or null.</summary>
    /// <param name="target">The implementation class, or an interface where no class is known.</param>
    /// <param name="method">The method called: of the class, or of an interface.</param>
    public static UnitOfWorkAttribute? Find(Type target, MethodInfo method) => Place(target, method) is { } place ? Own(place) : null;

    /// <summary>The member whose attribute counts for such a call, or null.</summary>
    public static MemberInfo? Place(Type target, MethodInfo method)
    {
        var called = Definition(method);
        var implementation = Implementation(target, called);
        if (NeverUnits.Includes(target, called) || NeverUnits.Includes(target, implementation))
            return null;

        return Nearest(InterfaceMethods(target, implementation, called).Prepend(implementation))
            ?? (IsPubliclyCallable(target, implementation, called) ? Nearest(Types(target, implementation, called)) : null);
    }

    /// <summary>The member that an attribute is written on: a class and a method have it from those they derive from too.</summary>
    public static MemberInfo Declaring(MemberInfo place)
        => Slots.Hierarchy(place as Type ?? place.DeclaringType!)
            .Select(level => place is MethodInfo method ? Slots.InLevel(level, method) : (MemberInfo)level)
            .First(member => member?.IsDefined(typeof(UnitOfWorkAttribute), inherit: false) is true)!;

    /// <summary>True when a type carries the attribute in any place that counts for its methods.</summary>
    public static bool AnyOn(Type type)
        => Own(type) is not null ||
           type.GetInterfaces().Any(AnyOnInterface) ||
           (type.IsInterface && AnyOnInterface(type)) ||
           Slots.Hierarchy(type).SelectMany(level => level.GetMethods(Slots.Declared)).Any(method => Own(method) is not null);

    /// <summary>The attribute on a member, or on what it inherits it from.</summary>
    public static UnitOfWorkAttribute? Own(MemberInfo member)
    {
        if (Attribute.GetCustomAttributes(member, typeof(UnitOfWorkAttribute), inherit: true) is [UnitOfWorkAttribute first, ..])
            return first;

        return member is MethodInfo { IsVirtual: true } method && Slots.CovariantBase(method.GetBaseDefinition()) is { } overridden
            ? Own(overridden)
            : null;
    }

    /// <summary>The attributes between which a call of the method cannot choose; empty where it can.</summary>
    public static IReadOnlyList<(string Place, UnitOfWorkAttribute Attribute)> Conflicts(Type target, MethodInfo method)
    {
        var called = Definition(method);
        var implementation = Implementation(target, called);
        if (Own(implementation) is not null)
            return [];

        var interfaceMethods = InterfaceMethods(target, implementation, called).ToArray();
        var onMethods = Different(interfaceMethods.Select(found => (found.DeclaringType!.DisplayName(found), Own(found))));
        if (onMethods.Count != 0)
            return onMethods.Count > 1 ? onMethods : [];

        if (Own(target) is not null)
            return [];

        var onInterfaces = Different(InterfacesOf(target, interfaceMethods).Select(found => (found.DisplayName(), Own(found))));
        return onInterfaces.Count > 1 ? onInterfaces : [];
    }

    /// <summary>The method that runs when a method is called; a default interface method is its own implementation.</summary>
    public static MethodInfo Implementation(Type target, MethodInfo called)
    {
        if (called.DeclaringType is not { IsInterface: true } @interface)
            return Slots.MostDerived(target, called);
        if (target.IsInterface || !target.GetInterfaces().Contains(@interface))
            return called;

        return Implementations(target, @interface).FirstOrDefault(one => one.Interface == called).Implementation ?? called;
    }

    /// <summary>The interface methods that a method of the class implements.</summary>
    public static IEnumerable<MethodInfo> InterfaceMethods(Type target, MethodInfo implementation, MethodInfo called)
    {
        if (target.IsInterface || implementation.DeclaringType!.IsInterface)
            return [called];

        var root = Slots.Root(implementation);
        return target.GetInterfaces()
            .SelectMany(one => Implementations(target, one))
            .Where(one => Slots.Root(one.Implementation) == root)
            .Select(one => one.Interface);
    }

    /// <summary>The methods of an interface, each with the method of the class, or of an interface, that runs.</summary>
    public static IEnumerable<(MethodInfo Interface, MethodInfo Implementation)> Implementations(Type target, Type @interface)
    {
        var map = target.GetInterfaceMap(@interface);
        return from pair in map.InterfaceMethods.Zip(map.TargetMethods)
               where pair.Second is not null
               select (pair.First, Bridges.Follow(target, pair.Second));
    }

    /// <summary>The methods that an interface gives to the type: the type has none of its own for them.</summary>
    public static IEnumerable<MethodInfo> DefaultMethods(Type type)
        => type.GetInterfaces()
            .SelectMany(one => Implementations(type, one))
            .Select(one => one.Implementation)
            .Where(method => method.DeclaringType is { IsInterface: true });

    private static MethodInfo Definition(MethodInfo method)
        => method is { IsGenericMethod: true, IsGenericMethodDefinition: false } ? method.GetGenericMethodDefinition() : method;

    // What a type declares counts for what callers can see. A helper of the class is a unit only by an attribute of its own.
    private static bool IsPubliclyCallable(Type target, MethodInfo implementation, MethodInfo called)
        => !implementation.IsStatic &&
           (implementation.IsPublic || implementation.IsAssembly || InterfaceMethods(target, implementation, called).Any());

    private static IEnumerable<MemberInfo> Types(Type target, MethodInfo implementation, MethodInfo called)
        => [.. target.IsInterface ? Type.EmptyTypes : [target], .. InterfacesOf(target, InterfaceMethods(target, implementation, called))];

    /// <summary>
    /// The interfaces whose attribute counts for these methods: those that declare them and those derived from them, the most derived
    /// first.
    /// </summary>
    private static Type[] InterfacesOf(Type target, IEnumerable<MethodInfo> interfaceMethods)
    {
        var declaring = interfaceMethods.Select(method => method.DeclaringType!).ToArray();
        var candidates = target.GetInterfaces().Append(target)
            .Where(type => type.IsInterface && Own(type) is not null && declaring.Any(one => one.IsAssignableFrom(type)))
            .ToArray();
        return Array.FindAll(candidates, one => !candidates.Any(other => other != one && one.IsAssignableFrom(other)));
    }

    private static MemberInfo? Nearest(IEnumerable<MemberInfo> members) => members.FirstOrDefault(one => Own(one) is not null);

    // Attribute.Equals compares the type and every field.
    private static List<(string, UnitOfWorkAttribute)> Different(IEnumerable<(string Place, UnitOfWorkAttribute? Attribute)> found)
        => [.. found.Where(one => one.Attribute is not null).DistinctBy(one => one.Attribute).Select(one => (one.Place, one.Attribute!))];

    private static bool AnyOnInterface(Type type) => Own(type) is not null || type.GetMethods().Any(method => Own(method) is not null);
}
