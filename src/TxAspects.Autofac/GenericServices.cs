using System.Runtime.CompilerServices;
using Autofac;
using Autofac.Core;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Pipeline;

namespace TxAspects.Autofac;

/// <summary>
/// Puts proxies around what no module sees in time: generic decorators, and open generics with several services. They are met here, when a
/// closed generic service is resolved.
/// </summary>
internal sealed class GenericServices(ObjectProxies objects) : IServiceMiddlewareSource
{
    public void ProvideMiddleware(Service service, IComponentRegistryServices availableServices, IResolvePipelineBuilder pipelineBuilder)
    {
        if (service is not IServiceWithType { ServiceType: { IsConstructedGenericType: true } type })
            return;

        // By scope: one inside another may have decorators of its own.
        var decorated = new ConditionalWeakTable<IComponentRegistry, object>();
        var parameter = new DecoratedParameter(type, objects);
        pipelineBuilder.Use(
            "TxAspects generic service", PipelinePhase.ResolveRequestStart, MiddlewareInsertionMode.EndOfPhase, (context, next) =>
            {
                // What each decorator is given, and then what the last one made.
                if ((bool)decorated.GetValue(context.ComponentRegistry, registry => IsDecorated(registry, service)))
                    context.ChangeParameters([.. context.Parameters, parameter]);
                next(context);
                if (context.Instance is { } instance)
                    context.Instance = objects.ForService(instance, type, context.Registration, context.DecoratorContext);
            });
    }

    private static object IsDecorated(IComponentRegistry registry, Service service)
        => registry.ServiceMiddlewareFor(service).Any(one => one.Phase == PipelinePhase.Decoration);
}
