using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace TxAspects.DependencyInjection.Proxying;

/// <summary>Makes the objects of a type as the container would: with the longest public constructor whose parameters it can fill.</summary>
internal sealed class Construction
{
    private readonly Type _type;
    private readonly object[] _first;
    private readonly Candidate[] _constructors;

    /// <param name="type">The type as its author wrote it.</param>
    /// <param name="proxy">What is constructed in its place, if anything is; it has the same constructors behind arguments of its
    /// own.</param>
    /// <param name="first">Those arguments.</param>
    public Construction(Type type, Type? proxy = null, params object[] first)
    {
        _type = type;
        _first = first;
        _constructors =
        [
            .. from original in type.GetConstructors()
               let parameters = original.GetParameters()
               orderby parameters.Length descending
               let types = first.Select(one => one.GetType()).Concat(parameters.Select(parameter => parameter.ParameterType)).ToArray()
               select new Candidate(parameters, ConstructorInvoker.Create(proxy?.GetConstructor(types) ?? original)),
        ];
    }

    /// <summary>Whether a constructor asks for the key under which it is registered.</summary>
    public static bool TakesKey(Type type)
        => type.GetConstructors().SelectMany(one => one.GetParameters()).Any(parameter =>
            parameter.IsDefined(typeof(ServiceKeyAttribute)) ||
            parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is { LookupMode: ServiceKeyLookupMode.InheritKey });

    public object Create(IServiceProvider provider, object? key)
    {
        var (parameters, invoker) = Choose(provider, key);
        return invoker.Invoke([.. _first, .. parameters.Select(parameter => Resolve(parameter, provider, key))]);
    }

    private Candidate Choose(IServiceProvider provider, object? key)
    {
        if (_constructors is [var only])
            return only;

        var known = provider.GetRequiredService<IServiceProviderIsKeyedService>();
        return _constructors.FirstOrDefault(one => Array.TrueForAll(one.Parameters, parameter => CanResolve(parameter, known, key)))
            ?? throw new InvalidOperationException($"No constructor for type '{_type}' can be instantiated using services from the " +
                                                   "service container and default values.");
    }

    private static bool CanResolve(ParameterInfo parameter, IServiceProviderIsKeyedService known, object? key)
        => parameter.HasDefaultValue ||
           (key is not null && parameter.IsDefined(typeof(ServiceKeyAttribute))) ||
           (Key(parameter, key) is { } own ? known.IsKeyedService(parameter.ParameterType, own) : known.IsService(parameter.ParameterType));

    private object? Resolve(ParameterInfo parameter, IServiceProvider provider, object? key)
    {
        if (key is not null && parameter.IsDefined(typeof(ServiceKeyAttribute)))
            return key;

        var found = Key(parameter, key) is { } own
            ? provider.GetKeyedService(parameter.ParameterType, own)
            : provider.GetService(parameter.ParameterType);
        return found ?? (parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new InvalidOperationException($"Unable to resolve service for type '{parameter.ParameterType}' while attempting to " +
                                                  $"activate '{_type}'."));
    }

    private static object? Key(ParameterInfo parameter, object? key)
        => parameter.GetCustomAttribute<FromKeyedServicesAttribute>() is not { } keyed ? null : keyed.LookupMode switch
        {
            ServiceKeyLookupMode.InheritKey => key,
            ServiceKeyLookupMode.NullKey => null,
            _ => keyed.Key,
        };

    private sealed record Candidate(ParameterInfo[] Parameters, ConstructorInvoker Invoker);
}
