using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TxAspects.Interception;

namespace TxAspects.AspNetCore.Start;

/// <summary>Finds services with units of work in a container that proxies none, because nobody told it to.</summary>
internal static class ProxyCheck
{
    private const string Library = "TxAspects";

    /// <exception cref="TxAspectsConfigurationException">There are some.</exception>
    public static void Run(IServiceProvider services)
    {
        if (services.GetService<IServiceProviderIsService>() is not { } container)
            return;

        var unproxied = Attributed().Where(type => IsRegistered(container, type));
        UnitOfWorkProxies.ThrowIfAny([.. unproxied.Select(Finding).Order(StringComparer.Ordinal)]);
    }

    // What is registered was named by code that has run, so its assembly is loaded.
    private static IEnumerable<Type> Attributed()
        => AppDomain.CurrentDomain.GetAssemblies().Where(MayDeclare).SelectMany(TypesOf)
            .Where(type => !type.IsGenericTypeDefinition && (type.IsInterface || type is { IsClass: true, IsAbstract: false }))
            .Where(UnitOfWorkProxies.IsAttributed);

    private static bool MayDeclare(Assembly assembly)
        => !assembly.IsDynamic && !IsOfLibrary(assembly.GetName()) && assembly.GetReferencedAssemblies().Any(IsOfLibrary);

    // The attributes are in the second. The other packages have none on their own types, so they need no name here.
    private static bool IsOfLibrary(AssemblyName name) => name.Name is Library or $"{Library}.Abstractions";

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

    private static bool IsRegistered(IServiceProviderIsService container, Type type)
        => container.IsService(type) || type.GetInterfaces().Any(one => MayDeclare(one.Assembly) && container.IsService(one));

    private static string Finding(Type type)
        => $"'{type.Name}' declares units of work and is registered, but its container makes no proxies, so that they are never opened. " +
           "Call builder.AddTxAspects(), or with Autofac register TxAspectsModule.";
}
