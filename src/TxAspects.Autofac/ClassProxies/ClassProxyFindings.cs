using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Autofac.Builder;
using Autofac.Core;

namespace TxAspects.Autofac.ClassProxies;

/// <summary>What was configured for a class, and what Autofac would silently not do for the class derived from it.</summary>
internal static class ClassProxyFindings
{
    public static IEnumerable<string> In(ReflectionActivatorData data, Type proxy, IReadOnlyCollection<ConstructorInfo> constructors)
    {
        var type = data.ImplementationType;
        foreach (var constructor in constructors)
        {
            if (Twin(constructor, proxy) is not { } twin)
                yield return $"{Marked(type)}, but its constructor ({Names(constructor)}) cannot be called by a derived class. " +
                             $"Make it public or protected, or {RegisterByInterface}.";
            else if (constructor.IsDefined(typeof(SetsRequiredMembersAttribute)) && !twin.IsDefined(typeof(SetsRequiredMembersAttribute)))
                yield return $"{Marked(type)}, but its constructor ({Names(constructor)}) is marked [SetsRequiredMembers], which a " +
                             "derived class does not inherit, so Autofac would set the required members again. Remove the attribute, or " +
                             $"{RegisterByInterface}.";
        }

        foreach (var name in data.ConfiguredProperties.OfType<NamedPropertyParameter>().Select(one => one.Name).Distinct())
        {
            if (IsWritable(type, name) && !IsWritable(proxy, name))
                yield return $"{Marked(type)}, but the setter of '{name}', to which WithProperty gives a value, is private, so it cannot " +
                             $"be set on a derived class. Make it public or protected, or {RegisterByInterface}.";
        }
    }

    /// <summary>The constructor of the proxy that calls one of its class; null where none can.</summary>
    public static ConstructorInfo? Twin(ConstructorInfo constructor, Type proxy)
        => Array.Find(proxy.GetConstructors(), one => one.GetParameters().Skip(1).Select(parameter => parameter.ParameterType)
            .SequenceEqual(constructor.GetParameters().Select(parameter => parameter.ParameterType)));

    private const string RegisterByInterface = "register the class by an interface";

    private static string Marked(Type type) => $"'{type.Name}' is marked [UnitOfWork] and gets a class proxy";

    private static string Names(ConstructorInfo constructor)
        => string.Join(", ", constructor.GetParameters().Select(parameter => parameter.ParameterType.Name));

    private static bool IsWritable(Type type, string property)
        => type.GetRuntimeProperties().Any(one => one.Name == property && one.CanWrite);
}
