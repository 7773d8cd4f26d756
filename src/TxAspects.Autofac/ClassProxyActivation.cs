using System.Runtime.CompilerServices;
using Autofac;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Resolving.Pipeline;
using TxAspects.Interception;

namespace TxAspects.Autofac;

/// <summary>Makes a component's own activator construct the derived proxy type, with everything that was configured for it.</summary>
/// <remarks>
/// Autofac 9 lets a registration's type be changed only while it is being configured, and a module sees it after that; so fields of its
/// activator are set here, before the activator builds its pipeline. The tests of class proxies fail where a version names them
/// differently.
/// </remarks>
internal static class ClassProxyActivation
{
    public static void Apply(IComponentRegistration registration, ReflectionActivator activator, UnitOfWorkProxies proxies)
    {
        var type = ImplementationType(activator);
        var argument = proxies.ClassProxyArgument;
        var constructors = new ClassProxyConstructors(type, UnitOfWorkProxies.ClassProxyType(type), Finder(activator));
        Parameters(activator) = [new TypedParameter(argument.GetType(), argument), .. Parameters(activator).Select(constructors.Translate)];
        Finder(activator) = constructors;
        if (Selector(activator) is MatchingSignatureConstructorSelector chosen)
            Selector(activator) = new MatchingSignatureConstructorSelector([argument.GetType(), .. Signature(chosen)]);
        ImplementationType(activator) = UnitOfWorkProxies.ClassProxyType(type);

        registration.PipelineBuilding += (_, pipeline) => pipeline.Use(
            "TxAspects parameters", PipelinePhase.ParameterSelection, MiddlewareInsertionMode.EndOfPhase, (context, next) =>
            {
                if (context.Parameters.Any())
                    context.ChangeParameters([.. context.Parameters.Select(constructors.Translate)]);
                next(context);
            });
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_implementationType")]
    private static extern ref Type ImplementationType(ReflectionActivator activator);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_defaultParameters")]
    private static extern ref Parameter[] Parameters(ReflectionActivator activator);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ConstructorFinder>k__BackingField")]
    private static extern ref IConstructorFinder Finder(ReflectionActivator activator);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "<ConstructorSelector>k__BackingField")]
    private static extern ref IConstructorSelector Selector(ReflectionActivator activator);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_signature")]
    private static extern ref Type[] Signature(MatchingSignatureConstructorSelector selector);
}
