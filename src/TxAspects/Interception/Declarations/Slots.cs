using System.Reflection;
using System.Runtime.CompilerServices;

namespace TxAspects.Interception.Declarations;

/// <summary>The methods of a class as its callers see them: which overrides which, and which is hidden by another.</summary>
/// <remarks>
/// A covariant override has a slot of its own, and the runtime lets it take over the slot of its base as well. Here the two are one slot,
/// with one attribute.
/// </remarks>
internal static class Slots
{
    public const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>A type and its base types.</summary>
    public static IEnumerable<Type> Hierarchy(Type type)
    {
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
            yield return level;
    }

    /// <summary>Every method of a type once, the most derived of those that override each other.</summary>
    public static IEnumerable<MethodInfo> Of(Type type) => Hierarchy(type).SelectMany(level => level.GetMethods(Declared)).DistinctBy(Root);

    /// <summary>The method that declares the slot.</summary>
    public static MethodInfo Root(MethodInfo method)
    {
        var root = method.GetBaseDefinition();
        return CovariantBase(root) is { } overridden ? Root(overridden) : root;
    }

    /// <summary>The method of an object of the type that runs when a method of a class is called.</summary>
    public static MethodInfo MostDerived(Type type, MethodInfo method)
        => !method.IsVirtual || method.DeclaringType == type || method.DeclaringType is { IsInterface: true }
            ? method
            : Hierarchy(type).Select(level => InLevel(level, method)).FirstOrDefault(found => found is not null) ?? method;

    /// <summary>The method that fills the slot in one level of the hierarchy, or null.</summary>
    public static MethodInfo? InLevel(Type level, MethodInfo method)
    {
        var root = Root(method);
        return Array.Find(level.GetMethods(Declared), one => Root(one) == root);
    }

    /// <summary>What a covariant override overrides, or null for any other method.</summary>
    public static MethodInfo? CovariantBase(MethodInfo root)
        => root.IsDefined(typeof(PreserveBaseOverridesAttribute), inherit: false)
            ? Hierarchy(root.DeclaringType!.BaseType!)
                .SelectMany(level => level.GetMethods(Declared))
                .FirstOrDefault(one => one.IsVirtual && HasSameParameters(one, root) && one.ReturnType.IsAssignableFrom(root.ReturnType))
            : null;

    /// <summary>The method of a more derived class that hides this one, or null. Castle DynamicProxy can override that one alone.</summary>
    public static MethodInfo? Hiding(Type type, MethodInfo method)
        => Hierarchy(type)
            .TakeWhile(level => level != method.DeclaringType)
            .SelectMany(level => level.GetMethods(Declared))
            .Where(one => one is { IsPrivate: false, IsStatic: false } && HasSameParameters(one, method))
            .FirstOrDefault(one => Root(one) != Root(method));

    private static bool HasSameParameters(MethodInfo one, MethodInfo other)
    {
        if (one.Name != other.Name || one.GetGenericArguments().Length != other.GetGenericArguments().Length)
            return false;

        var parameters = one.GetParameters();
        var others = other.GetParameters();
        return parameters.Length == others.Length &&
               parameters.Zip(others).All(pair => IsSame(pair.First.ParameterType, pair.Second.ParameterType));
    }

    // The type parameters of two generic methods differ, though they stand for the same.
    private static bool IsSame(Type one, Type other)
    {
        if (one == other)
            return true;
        if (one.IsGenericMethodParameter)
            return other.IsGenericMethodParameter && one.GenericParameterPosition == other.GenericParameterPosition;
        if (one.HasElementType)
            return other.HasElementType && one.Name[^1] == other.Name[^1] && IsSame(one.GetElementType()!, other.GetElementType()!);

        return one.IsConstructedGenericType && other.IsConstructedGenericType &&
               one.GetGenericTypeDefinition() == other.GetGenericTypeDefinition() &&
               one.GenericTypeArguments.Zip(other.GenericTypeArguments).All(pair => IsSame(pair.First, pair.Second));
    }
}
