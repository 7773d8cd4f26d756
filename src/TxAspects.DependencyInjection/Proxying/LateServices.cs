using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.DependencyInjection.UnitScoped;
using TxAspects.Interception;

namespace TxAspects.DependencyInjection.Proxying;

/// <summary>Finds services that should be proxied and are not, because they were registered when the last call had looked.</summary>
internal static class LateServices
{
    private const string Library = "TxAspects";

    public static IReadOnlyCollection<string> Find(IServiceCollection services, ProvidedServices provided)
        =>
        [
            .. services.Where(one => !provided.Owns(one)).SelectMany(Find)
                .Concat(CarriedService.FindMissing(services, provided.Options)).Distinct(),
        ];

    private static IEnumerable<string> Find(ServiceDescriptor descriptor)
    {
        var registration = new Registration(descriptor);
        if (ProxiedService.Of(descriptor) is not null || registration.IsTarget)
            yield break;

        if (!UnitOfWorkProxies.IsAttributed(registration.Limit))
        {
            if (MadeByLambda(descriptor, registration) is { } hidden)
                yield return Finding(hidden);
        }
        else if (registration.Instance is not { } instance || !UnitOfWorkProxies.IsProxy(instance))
        {
            yield return Finding(registration.Limit);
        }
    }

    /// <summary>A class with units that a lambda of the application may return, though its type does not say so.</summary>
    private static Type? MadeByLambda(ServiceDescriptor descriptor, Registration registration)
    {
        Delegate? lambda = descriptor.IsKeyedService ? descriptor.KeyedImplementationFactory : descriptor.ImplementationFactory;
        return lambda is null || registration.Limit.IsSealed || !KnowsLibrary(lambda.Method.Module.Assembly)
            ? null
            : AppDomain.CurrentDomain.GetAssemblies().Where(KnowsLibrary).SelectMany(TypesOf).FirstOrDefault(type =>
                type is { IsClass: true, IsAbstract: false } && registration.Limit.IsAssignableFrom(type) &&
                UnitOfWorkProxies.IsAttributed(type));
    }

    private static bool KnowsLibrary(Assembly assembly)
        => !assembly.IsDynamic && assembly.GetReferencedAssemblies().Any(one => one.Name is Library or $"{Library}.Abstractions") &&
           assembly.GetName().Name?.StartsWith($"{Library}.DependencyInjection", StringComparison.Ordinal) is false;

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException incomplete)
        {
            return [.. incomplete.Types.OfType<Type>()];
        }
    }

    private static string Finding(Type type)
        => $"'{type.Name}' declares units of work and was registered after services.AddTxAspects, so it is not proxied. Call " +
           "builder.AddTxAspects() instead, after which the order does not matter; or move services.AddTxAspects behind all services.";
}
