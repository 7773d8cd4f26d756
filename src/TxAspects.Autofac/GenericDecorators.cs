using System.Runtime.CompilerServices;
using Autofac;
using Autofac.Core;
using Autofac.Core.Registration;
using Autofac.Core.Resolving.Pipeline;

namespace TxAspects.Autofac;

/// <summary>
/// Attaches to generic decorators. Autofac makes them together with the pipeline of the service they decorate, and never registers them.
/// </summary>
internal sealed class GenericDecorators(IComponentRegistryBuilder registry, ComponentProxying proxying) : IServiceMiddlewareSource
{
    private const string Decorator = "Autofac.Features.Decorators.DecoratorMiddleware";

    public void ProvideMiddleware(Service service, IComponentRegistryServices availableServices, IResolvePipelineBuilder pipelineBuilder)
    {
        if (service is not IServiceWithType { ServiceType: { IsInterface: true, IsConstructedGenericType: true } })
            return;

        // At the first resolve, because decorators registered later come into the pipeline later.
        var attached = new Lazy<int>(() => Attach(pipelineBuilder.Middleware));
        pipelineBuilder.Use(
            "TxAspects decorators", PipelinePhase.ResolveRequestStart, MiddlewareInsertionMode.StartOfPhase, (context, next) =>
        {
            _ = attached.Value;
            next(context);
        });
    }

    private int Attach(IEnumerable<IResolveMiddleware> middleware)
    {
        var decorators = middleware.Where(one => one.GetType().FullName == Decorator).Select(one => Registration(one)).ToArray();
        foreach (var decorator in decorators)
            proxying.Attach(registry, decorator, required: false);
        return decorators.Length;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_decoratorRegistration")]
    private static extern ref IComponentRegistration Registration([UnsafeAccessorType(Decorator + ", Autofac")] object middleware);
}
