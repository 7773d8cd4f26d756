using Autofac;
using Autofac.Builder;
using Autofac.Core;
using Autofac.Core.Activators.Reflection;
using Autofac.Core.Registration;
using Autofac.Features.Scanning;
using Autofac.Core.Resolving.Pipeline;
using TxAspects.Interception;

namespace TxAspects.Autofac.ClassProxies;

/// <summary>Lets a registration construct the derived proxy type of its class, with everything that was configured for it.</summary>
/// <remarks>Autofac lets the type be chosen only until it takes the registration over, and a module sees it after that.</remarks>
internal static class ClassProxyRegistration
{
    /// <summary>
    /// Chooses the type when Autofac is about to take the registration over, so that what is configured after this call counts too.
    /// </summary>
    public static void ChooseLate<TLimit, TActivatorData, TStyle>(
        IRegistrationBuilder<TLimit, TActivatorData, TStyle> registration, UnitOfWorkProxies proxies)
    {
        if (registration.RegistrationData.DeferredCallback is { } deferred)
            BeforeRegistering(deferred, _ => Choose(registration, proxies));
        else
            Choose(registration, proxies);    // Whoever makes it registers it by himself, and tells nobody when.
    }

    /// <summary>The same for each class that a scan finds.</summary>
    public static void ChooseLateInScan<TLimit>(
        IRegistrationBuilder<TLimit, ScanningActivatorData, DynamicRegistrationStyle> scan, UnitOfWorkProxies proxies)
    {
        var actions = scan.ActivatorData.ConfigurationActions;
        if (scan.RegistrationData.DeferredCallback is { } deferred)
            BeforeRegistering(deferred, _ => actions.Add((_, found) => Choose(found, proxies)));
        else
            actions.Add((_, found) => Choose(found, proxies));
    }

    /// <summary>Does something when everything is configured.</summary>
    public static void BeforeRegistering(DeferredCallback deferred, Action<IComponentRegistryBuilder> action)
    {
        var register = deferred.Callback;
        deferred.Callback = registry =>
        {
            action(registry);
            register(registry);
        };
    }

    private static void Choose<TLimit, TActivatorData, TStyle>(
        IRegistrationBuilder<TLimit, TActivatorData, TStyle> registration, UnitOfWorkProxies proxies)
    {
        if (registration.ActivatorData is not ConcreteReflectionActivatorData { ConstructorFinder: not ClassProxyConstructors } data ||
            !UnitOfWorkProxies.IsAttributed(data.ImplementationType) || UnitOfWorkProxies.IsForeignProxy(data.ImplementationType))
            return;

        var services = registration.RegistrationData.Services.OfType<IServiceWithType>().Select(one => one.ServiceType).ToArray();
        if (Array.TrueForAll(services, service => service.IsInterface))
            return;

        var constructors = new ClassProxyConstructors(data, services);
        data.ConstructorFinder = constructors;
        if (constructors.Findings.Count == 0)
            Configure(data, registration.ResolvePipeline, constructors, proxies.ClassProxyArgument);
    }

    private static void Configure(
        ConcreteReflectionActivatorData data, IResolvePipelineBuilder pipeline, ClassProxyConstructors constructors, object argument)
    {
        // The proxy's own parameters have no default values and no attributes, so these two look at those of the class.
        Parameter[] configured = [.. data.ConfiguredParameters, new AutowiringParameter(), new DefaultValueParameter()];
        data.ConfiguredParameters.Clear();
        foreach (var parameter in configured.Select(constructors.Translate).Prepend(new TypedParameter(argument.GetType(), argument)))
            data.ConfiguredParameters.Add(parameter);

        if (data.ConstructorSelector is not MostParametersConstructorSelector)
            data.ConstructorSelector = new ClassProxySelector(data.ConstructorSelector, constructors);
        data.ImplementationType = constructors.Proxy;

        pipeline.Use("TxAspects parameters", PipelinePhase.ParameterSelection, MiddlewareInsertionMode.EndOfPhase, (context, next) =>
        {
            var key = constructors.ServiceKey(context.Service);
            if (key is not null || context.Parameters.Any())
                context.ChangeParameters([.. key is null ? [] : new[] { key }, .. context.Parameters.Select(constructors.Translate)]);
            next(context);
        });
    }
}
